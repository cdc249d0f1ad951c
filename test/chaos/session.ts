/** A chaos session from its first hub to the last: settings pushed once, then kill after kill. */
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { TEST_LOAD, TINY_GPT_OSS } from '../support/hub';
import { ChaosHome } from './chaos-home';
import { Crew } from './crew';
import { HubKills } from './hub-kills';
import { Ledger } from './ledger';
import { MOMENTS } from './moments';
import { Random } from './random';
import type { Kill } from './report';
import { WorkerKills } from './worker-kills';

export interface SessionOptions {
  seed: number;
  hubKills: number;
  workerKills: number;
  onKill?: (kill: Kill) => void;
}

export async function runSession({ seed, hubKills, workerKills, onKill }: SessionOptions): Promise<Kill[]> {
  const random = new Random(seed);
  const home = new ChaosHome();
  const kills: Kill[] = [];
  const note = (kill: Kill) => {
    kills.push(kill);
    onKill?.(kill);
  };
  let crew: Crew | undefined;
  try {
    const ledger = new Ledger(TINY_GPT_OSS);
    crew = await Crew.connect(home, ledger, random);
    const { client } = crew.witness;
    const { conversation } = await client.request(UpdateSettings, {});
    await client.request(UpdateSettings, {
      load: TEST_LOAD,
      activeModel: ledger.model.value,
      keepAliveMinutes: ledger.keepAlive.value,
      conversation: { ...conversation, instructions: ledger.defaults.value },
    });
    await crew.probe();
    const workers = new WorkerKills(home, random);
    for (let index = 0; index < workerKills; index++) {
      note(await workers.one(crew, MOMENTS[index % MOMENTS.length] ?? 'idle'));
    }
    await crew.quiet();
    const hubs = new HubKills(home, ledger, random);
    for (let index = 0; index < hubKills; index++) {
      const after = await hubs.one(crew, MOMENTS[index % MOMENTS.length] ?? 'idle');
      crew = after.crew;
      note(after.kill);
    }
  } finally {
    crew?.dispose();
    await home.dispose();
  }
  return kills;
}
