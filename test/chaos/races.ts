/** Start races: many clients find no hub at the same instant; there must be one hub, one model, one worker. */
import { ListConversations } from '../../src/shared/protocol/conversations';
import { errorInfo } from '../../src/shared/protocol/errors';
import { LoadModel } from '../../src/shared/protocol/models';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { SubscribeState } from '../../src/shared/protocol/system';
import { isAlive, kill, TEST_LOAD, TINY_LLAMA, TestHub, until } from '../support/hub';
import { processesOf } from './chaos-home';
import type { Kill } from './report';

const CLIENTS = 20;
/** Those who lost the race may take a moment to end. */
const LOSERS_MS = 60_000;

/** @param afterCrash whether the record and the socket of a hub that was killed are still there */
export async function startRace(afterCrash: boolean): Promise<Kill> {
  const wrong: string[] = [];
  const hub = TestHub.create();
  let recoveryMs: number | undefined;
  try {
    if (afterCrash) {
      const { pid } = (await hub.connect(null)).info;
      kill(pid);
      await until(() => !isAlive(pid), LOSERS_MS, 'the hub is gone');
    }
    const from = performance.now();
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => hub.connect(null)));
    await Promise.all(clients.map((client) => client.request(ListConversations, null)));
    recoveryMs = performance.now() - from;
    const hubs = new Set(clients.map(({ info }) => info.pid));
    if (hubs.size !== 1) wrong.push(`${hubs.size} hubs serve one home`);
    const [first] = clients;
    await first?.request(UpdateSettings, { load: TEST_LOAD, activeModel: TINY_LLAMA });
    await Promise.all(clients.map((client) => client.request(LoadModel, {})));
    const { workers } = await hub.record();
    if (workers.length !== 1) wrong.push(`${workers.length} workers are in the record`);
    const state = await first?.request(SubscribeState, null);
    const models = state?.state.models.map(({ status }) => status.kind);
    if (models?.join() !== 'ready') wrong.push(`the models are: ${models?.join() ?? 'unknown'}`);
    await until(() => processesOf(hub.home).length <= 2, LOSERS_MS, 'one hub and one worker are left').catch(
      () => wrong.push(`${processesOf(hub.home).length} processes are left of the race`),
    );
  } catch (error) {
    wrong.push(errorInfo(error).message);
  } finally {
    await hub.dispose();
  }
  const target = `race of ${CLIENTS}${afterCrash ? ' after a crash' : ''}`;
  return { target, moment: '-', recoveryMs, wrong };
}
