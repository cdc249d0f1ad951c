/** npm run chaos: kills by the hundred, a table at the end, and exit code 1 when anything was not as it should be. */
import { parseArgs } from 'node:util';
import { startRace } from './races';
import { Random } from './random';
import { table, violations, type Kill } from './report';
import { runSession } from './session';
import { WindowKills } from './window-kills';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      kills: { type: 'string', default: '300' },
      hub: { type: 'string' },
      worker: { type: 'string' },
      windows: { type: 'string', default: '30' },
      races: { type: 'string', default: '100' },
    },
  });
  const seed = Number(values.seed);
  const kills: Kill[] = [];
  console.log(`chaos with --seed ${seed}`);
  const onKill = (kill: Kill) => {
    kills.push(kill);
    const { target, moment, recoveryMs, wrong } = kill;
    const time = recoveryMs === undefined ? 'not recovered' : `${recoveryMs.toFixed(0)} ms`;
    console.log(`${String(kills.length).padStart(4)} ${target.padEnd(12)} ${moment.padEnd(8)} ${time}`);
    for (const what of wrong) console.log(`     VIOLATION: ${what}`);
  };
  await runSession({
    seed,
    hubKills: Number(values.hub ?? values.kills),
    workerKills: Number(values.worker ?? values.kills),
    onKill,
  });
  const windows = Number(values.windows);
  if (windows > 0) {
    const window = await WindowKills.start(new Random(seed));
    try {
      for (let index = 0; index < windows; index++) onKill(await window.one());
    } finally {
      await window.dispose();
    }
  }
  for (let race = 0; race < Number(values.races); race++) onKill(await startRace(race % 2 === 1));
  const wrong = violations(kills);
  console.log(`\n${table(kills)}\n`);
  for (const what of wrong) console.log(what);
  console.log(
    wrong.length === 0 ? 'No violations.' : `${wrong.length} violations; again with --seed ${seed}.`,
  );
  return wrong.length === 0 ? 0 : 1;
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
