/** What a load was expected to take, beside what it took. */
import type { PlannedUse, TakenUse } from '../protocol/models';
import { formatBytes } from './format';

/** Weights, KV cache and compute buffers, wherever they lie: what both sides count. Bytes. */
export function plannedBytes({ weights, kvBytes, computeBytes }: PlannedUse): number {
  return weights.vramBytes + weights.ramBytes + kvBytes + computeBytes;
}

/** Bytes of the same, as the engine reports them. */
export function takenBytes({ vramBytes, ramBytes }: TakenUse): number {
  return vramBytes + ramBytes;
}

/** "planned 63.1 GiB, took 63.4 GiB" */
export function comparison(planned: PlannedUse, taken: TakenUse): string {
  return `planned ${formatBytes(plannedBytes(planned))}, took ${formatBytes(takenBytes(taken))}`;
}
