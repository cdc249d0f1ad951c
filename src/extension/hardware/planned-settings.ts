/** The user's load settings as a plan's wishes, and a plan as load settings. Pure. */
import { DEFAULT_WISHES } from '../../planner/wishes';
import type { PlanWishes } from '../../shared/protocol/hardware-view';
import type { PlanResult } from '../../shared/protocol/plan';
import type { LoadSettings } from '../../shared/protocol/settings';
import type { LoadChanges } from '../models/use-model';

type Wished = Pick<
  LoadSettings,
  'contextSize' | 'gpuLayers' | 'sequences' | 'batchSize' | 'kvCacheType' | 'flashAttention'
>;

/** What a plan for this machine begins with. What is as usual is left out, as an empty field is. */
export function wishesOf(settings: Wished): PlanWishes {
  const { contextSize, gpuLayers, sequences, batchSize, kvCacheType, flashAttention } = settings;
  const usual = DEFAULT_WISHES;
  return {
    ...(contextSize !== 'auto' && { context: contextSize }),
    ...(gpuLayers !== 'auto' && { gpuLayers }),
    ...(sequences !== usual.sequences && { sequences }),
    ...(batchSize !== usual.batch && { batch: batchSize }),
    ...(kvCacheType !== undefined && kvCacheType !== usual.kvType && { kvType: kvCacheType }),
    ...(flashAttention !== usual.flashAttention && { flashAttention }),
  };
}

/** What has to change for a load to be as it was planned; the user's other settings stay as they are. */
export function plannedSettings(wishes: PlanWishes, result: PlanResult, settings: Wished): LoadChanges {
  const { context, gpuLayers, sequences, batch, kvType, flashAttention } = { ...DEFAULT_WISHES, ...wishes };
  const contextSize = context === undefined && isFoundByLoad(result) ? 'auto' : result.plan.context;
  return {
    ...(contextSize !== settings.contextSize && { contextSize: openAsNull(contextSize) }),
    ...(gpuLayers !== settings.gpuLayers && { gpuLayers: openAsNull(gpuLayers) }),
    ...(sequences !== settings.sequences && { sequences }),
    ...(batch !== settings.batchSize && { batchSize: batch }),
    ...(kvType !== (settings.kvCacheType ?? DEFAULT_WISHES.kvType) && { kvCacheType: kvType }),
    ...(flashAttention !== settings.flashAttention && { flashAttention }),
  };
}

/** A load whose context is left open takes the largest, if the whole model is on the GPU with it; else the engine chooses. */
function isFoundByLoad({ plan, maxContext }: PlanResult): boolean {
  return plan.gpus.length > 0 && plan.gpuLayers === plan.totalLayers && plan.context === maxContext;
}

/** As package.json has it. */
function openAsNull(figure: 'auto' | number): number | null {
  return figure === 'auto' ? null : figure;
}
