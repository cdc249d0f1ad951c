/** A plan as load settings. Pure. */
import { DEFAULT_WISHES } from '../../planner/wishes';
import type { PlanWishes } from '../../shared/protocol/hardware-view';
import type { PlanResult } from '../../shared/protocol/plan';
import type { LoadSettings } from '../../shared/protocol/settings';

/** All that the plan was made with. Layers that nobody wished for are as many as fit when it is loaded. */
export function plannedSettings(wishes: PlanWishes, { plan }: PlanResult): Partial<LoadSettings> {
  const { sequences, batch, kvType, flashAttention, gpuLayers } = { ...DEFAULT_WISHES, ...wishes };
  return {
    contextSize: plan.context,
    gpuLayers,
    sequences,
    batchSize: batch,
    kvCacheType: kvType,
    flashAttention,
  };
}
