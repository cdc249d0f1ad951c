/** A line of the last minutes in a box of 100 × 100. Pure. */

/** What the whole width stands for. */
export const WINDOW_MS = 300_000;

export interface Sample {
  at: number;
  value: number;
}

/** Points of an SVG polyline: the newest at the right edge, `top` at the upper one. */
export function sparklinePoints(samples: readonly Sample[], top: number): string {
  const last = samples.at(-1);
  if (last === undefined) return '';
  return samples
    .filter(({ at }) => last.at - at <= WINDOW_MS)
    .map(({ at, value }) => {
      const x = 100 - ((last.at - at) / WINDOW_MS) * 100;
      const y = top <= 0 ? 100 : 100 - Math.min(1, Math.max(0, value / top)) * 100;
      return `${rounded(x)},${rounded(y)}`;
    })
    .join(' ');
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
