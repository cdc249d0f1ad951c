/** Whether the user's own files fit on this machine, for lists that must not wait long. */
import { setTimeout as delay } from 'node:timers/promises';
import { USEFUL_CONTEXT } from '../../planner/wishes';
import type { ModelFile } from '../../shared/protocol/models';
import { PlanModel, type PlanMachine } from '../../shared/protocol/plan';
import { verdictText } from '../../shared/util/plan-text';
import type { Hub } from '../connection/hub';

/** By a file's path, in the words of `verdictText`; what is not known is left out. */
export type Verdicts = ReadonlyMap<string, string>;

/** The hub has answers to write meanwhile. */
const AT_ONCE = 4;

/**
 * Asks the hub for a plan of each file, as the known models are judged: with a context that is worth having, and the
 * rest as usual.
 * @param withinMs what comes later has no verdict; nothing more is asked then
 */
export async function ownVerdicts(
  hub: Pick<Hub, 'request'>,
  files: readonly ModelFile[],
  machine: PlanMachine,
  withinMs = 1_000,
): Promise<Verdicts> {
  const verdicts = new Map<string, string>();
  const ended = new AbortController();
  const waiting = files.filter(({ facts }) => facts !== undefined);
  const ask = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined && !ended.signal.aborted; file = waiting.shift()) {
      const { path, facts } = file;
      // A header that does not say has a context of 0.
      const context = Math.min(USEFUL_CONTEXT, facts?.contextLength || USEFUL_CONTEXT);
      try {
        const asked = { model: path, machine, wishes: { context }, withoutAlternatives: true };
        const { plan } = await hub.request(PlanModel, asked);
        verdicts.set(path, verdictText(plan));
      } catch {
        // Without a verdict in the list: whoever chooses it is told why.
      }
    }
  };
  await Promise.race([
    Promise.all(Array.from({ length: AT_ONCE }, ask)),
    delay(withinMs, undefined, { signal: ended.signal }).catch(() => undefined),
  ]);
  ended.abort();
  return new Map(verdicts);
}
