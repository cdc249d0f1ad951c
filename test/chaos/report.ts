/** What a chaos run found: a table of kills, and every violation with the seed that shows it again. */
import type { Moment } from './moments';

export interface Kill {
  target: string;
  moment: Moment | '-';
  /** Until the next request was answered, in milliseconds; undefined when it never was. */
  recoveryMs: number | undefined;
  /** What should not be. */
  wrong: string[];
}

const HEAD = ['kind of kill', 'moment', 'kills', 'recovered', 'median ms', 'max ms', 'violations'];

export function table(kills: readonly Kill[]): string {
  const groups = new Map<string, Kill[]>();
  for (const kill of kills) {
    const key = `${kill.target}\0${kill.moment}`;
    groups.set(key, [...(groups.get(key) ?? []), kill]);
  }
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => row(group));
  const all = row(kills);
  if (kills.length > 0) rows.push(['all', '', ...all.slice(2)]);
  const lines = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

export function violations(kills: readonly Kill[]): string[] {
  return kills.flatMap(({ target, moment, wrong }, index) =>
    wrong.map((what) => `kill ${index + 1} (${target}, ${moment}): ${what}`),
  );
}

function row(kills: readonly Kill[]): string[] {
  const times = kills
    .flatMap(({ recoveryMs }) => (recoveryMs === undefined ? [] : [recoveryMs]))
    .sort((a, b) => a - b);
  const ms = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(0));
  return [
    kills[0]?.target ?? '',
    kills[0]?.moment ?? '',
    String(kills.length),
    String(times.length),
    ms(times[Math.floor(times.length / 2)]),
    ms(times.at(-1)),
    String(violations(kills).length),
  ];
}
