/** A plan as load settings. Pure. */
import type { PlanWishes } from '../../shared/protocol/hardware-view';
import type { PlanResult } from '../../shared/protocol/plan';
import type { LoadSettings } from '../../shared/protocol/settings';

/**
 * What was wished, and the context that was planned; of the rest the settings stay as they are. Layers that nobody
 * wished for are the engine's choice.
 */
export function plannedSettings(wishes: PlanWishes, { plan }: PlanResult): Partial<LoadSettings> {
  const { sequences, batch, kvType, flashAttention, gpuLayers } = wishes;
  return {
    contextSize: plan.context,
    gpuLayers: gpuLayers ?? 'auto',
    ...(sequences !== undefined && { sequences }),
    ...(batch !== undefined && { batchSize: batch }),
    ...(kvType !== undefined && { kvCacheType: kvType }),
    ...(flashAttention !== undefined && { flashAttention }),
  };
}
