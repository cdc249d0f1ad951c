/** A small part of what `npm run chaos` does, with the same seed every time. */
import assert from 'node:assert/strict';
import { startRace } from './races';
import { table, violations, type Kill } from './report';
import { runSession } from './session';

const SEED = 20_260_801;
const KILLS = 15;
const RACES = 10;

describe(`chaos (seed ${SEED})`, () => {
  before(function () {
    // The harness looks into /proc.
    if (process.platform !== 'linux') this.skip();
  });

  function judge(kills: readonly Kill[]): void {
    console.log(table(kills).replaceAll(/^/gm, '      '));
    assert.deepEqual(violations(kills), []);
    assert.ok(kills.every(({ recoveryMs }) => recoveryMs !== undefined));
  }

  it(`${KILLS} kills of the hub lose nothing that was acknowledged, with or without the power`, async () => {
    judge(await runSession({ seed: SEED, hubKills: KILLS, workerKills: 0 }));
  });

  it(`${KILLS} kills of the worker are told in words, and the next message is answered`, async () => {
    judge(await runSession({ seed: SEED, hubKills: 0, workerKills: KILLS }));
  });

  it(`${RACES} times 20 clients that start at once have one hub, one model and one worker`, async () => {
    const races: Kill[] = [];
    for (let race = 0; race < RACES; race++) races.push(await startRace(race % 2 === 1));
    judge(races);
  });
});
