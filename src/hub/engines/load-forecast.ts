/** What a load is expected to take, and afterwards: how that compares with what it took. Pure. */
import type { ModelShape } from '../../planner/model-shape';
import { maxContext, planModel } from '../../planner/plan';
import { DEFAULT_WISHES, USEFUL_CONTEXT } from '../../planner/wishes';
import type { PlannedUse, TakenUse } from '../../shared/protocol/models';
import type { Plan, PlanMachine, Wishes } from '../../shared/protocol/plan';
import type { LoadSettings } from '../../shared/protocol/settings';
import type { LoadedFacts, PlannedLoad } from '../../shared/protocol/worker';
import type { LoadProspect } from './load-planner';
import { machineBeside } from './memory-claims';

/** What is to be loaded, and how. */
type WantedLoad = Pick<LoadProspect, 'shape' | 'settings' | 'loraBytes'>;

/** The settings as the planner puts them; of a context that is left open, what it is worth loading for. */
export function leastWishes({ shape, settings, loraBytes }: WantedLoad): Wishes {
  const useful = Math.min(USEFUL_CONTEXT, shape.trainContext);
  return {
    ...DEFAULT_WISHES,
    context: settings.contextSize === 'auto' ? useful : settings.contextSize,
    sequences: settings.sequences,
    batch: settings.batchSize,
    kvType: settings.kvCacheType ?? DEFAULT_WISHES.kvType,
    flashAttention: settings.flashAttention,
    gpuLayers: settings.gpuLayers,
    ...(loraBytes > 0 && { loraBytes }),
  };
}

/** The same with the largest context that fits, where it is left open. */
export function loadWishes(wanted: WantedLoad, machine: PlanMachine): Wishes {
  const least = leastWishes(wanted);
  if (wanted.settings.contextSize !== 'auto') return least;
  const most = maxContext(wanted.shape, machine, least);
  return most > 0 ? { ...least, context: most } : least;
}

/** Whether the RAM holds it: weights that are mapped from the file need not all be there at once, if the user says so. */
export function ramIsEnough(plan: Plan, { useMmap }: Pick<LoadSettings, 'useMmap'>): boolean {
  return plan.freeRamBytes + (useMmap === 'on' ? plan.weights.ramBytes : 0) >= 0;
}

/**
 * Beside the models that are in memory.
 * @param loaded once it is: the plan is then for what the engine chose where the settings left it open
 */
export function forecast(prospect: LoadProspect, loaded?: LoadedFacts): PlannedUse {
  const { shape, machine } = prospect;
  const beside = machineBeside(machine, machine.claims);
  const wishes = loadWishes(prospect, beside);
  return plannedUse(
    loaded === undefined ? planModel(shape, beside, wishes) : planAsLoaded(shape, beside, wishes, loaded),
  );
}

/**
 * The plan that a load follows; undefined where the engine chooses: without a GPU, where the plan would not load, and
 * where a context that is left open would have to share the GPUs with layers in RAM.
 */
export function plannedLoad(prospect: LoadProspect): PlannedLoad | undefined {
  const { shape, machine, settings } = prospect;
  const beside = machineBeside(machine, machine.claims);
  if (beside.gpus.length === 0) return undefined;
  const plan = planModel(shape, beside, loadWishes(prospect, beside));
  const isWhole = plan.gpuLayers === plan.totalLayers;
  if (!plan.loadable || !(isWhole || settings.contextSize !== 'auto')) return undefined;
  return { gpuLayers: plan.gpuLayers, contextSize: plan.context };
}

function planAsLoaded(shape: ModelShape, machine: PlanMachine, wishes: Wishes, loaded: LoadedFacts): Plan {
  const device = loaded.gpu === 'cpu' ? { ...machine, gpus: [] } : machine;
  return planModel(shape, device, {
    ...wishes,
    context: loaded.contextSize,
    sequences: loaded.sequences,
    gpuLayers: loaded.gpu === 'cpu' ? 0 : loaded.gpuLayers,
    flashAttention: loaded.flashAttention,
    kvType: loaded.kvCacheType ?? wishes.kvType,
  });
}

function plannedUse(plan: Plan): PlannedUse {
  const { totalVramBytes, totalRamBytes, weights, kvBytes, computeBytes, smallContext } = plan;
  return {
    totalVramBytes,
    totalRamBytes,
    weights,
    kvBytes,
    computeBytes,
    smallContext,
    basis: plan.basis === 'simulated' ? 'simulated' : 'computed',
  };
}

/** @param anonymousBytes of its process, where the system says */
export function takenUse(loaded: LoadedFacts, anonymousBytes: number | undefined): TakenUse {
  const { weights, context } = loaded;
  return {
    vramBytes: weights.vramBytes + context.vramBytes,
    ramBytes: weights.ramBytes + context.ramBytes,
    ...(anonymousBytes !== undefined && { anonymousBytes }),
  };
}
