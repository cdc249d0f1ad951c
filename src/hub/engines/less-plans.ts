/** How a model that did not fit could be loaded: only plans that fit and take less. Pure. */
import type { ModelShape } from '../../planner/model-shape';
import { maxContext, planModel } from '../../planner/plan';
import type { LoadChoice } from '../../shared/protocol/models';
import type { Plan, PlanMachine, Wishes } from '../../shared/protocol/plan';
import { formatBytes, formatCount } from '../../shared/util/format';

const STEP = 256;
const SMALLEST_CONTEXT = 2_048;
const MOST = 6;

/** The least change first. */
export function lessPlans(shape: ModelShape, machine: PlanMachine, wishes: Wishes): LoadChoice[] {
  const failed = planModel(shape, machine, wishes);
  const choices: LoadChoice[] = [];
  const offer = (label: string, changes: LoadChoice['changes']): void => {
    const plan = planModel(shape, machine, withChanges(wishes, changes));
    const takesLess =
      plan.totalVramBytes < failed.totalVramBytes || plan.totalRamBytes < failed.totalRamBytes;
    if (plan.loadable && takesLess && choices.length < MOST)
      choices.push({ label, detail: detail(plan), changes });
  };
  if (!wishes.flashAttention) offer('Flash attention on', { flashAttention: true });
  if (wishes.sequences > 1) offer('One chat in memory at a time', { sequences: 1 });
  if (['f32', 'f16', 'bf16'].includes(wishes.kvType) && wishes.flashAttention)
    offer('KV cache in q8_0', { kvCacheType: 'q8_0' });
  for (const context of shorterContexts(shape, machine, wishes))
    offer(`Context of ${formatCount(context)} tokens`, { contextSize: context });
  for (const layers of fewerLayers(shape, machine, wishes, failed)) {
    const label =
      layers === 0 ? 'No layers on the GPU' : `${layers} of ${failed.totalLayers} layers on the GPU`;
    offer(label, { gpuLayers: layers });
  }
  return choices;
}

/** "It would fit with: KV cache in q8_0; context of 8,192 tokens." Nothing when there is no choice. */
export function lessText(choices: readonly LoadChoice[]): string {
  if (choices.length === 0) return '';
  const labels = choices.slice(0, 3).map(({ label }) => lowered(label));
  return `It would fit with: ${labels.join('; ')} ("Hearth: Reload with Less…").`;
}

/** The largest that fits, then halves. */
function shorterContexts(shape: ModelShape, machine: PlanMachine, wishes: Wishes): number[] {
  const most = maxContext(shape, machine, wishes);
  const sizes = [most < wishes.context ? most : 0, ...[2, 4, 8].map((share) => wishes.context / share)];
  return [...new Set(sizes.map((size) => Math.floor(size / STEP) * STEP))]
    .filter((size) => size >= SMALLEST_CONTEXT)
    .sort((a, b) => b - a);
}

/** As many as fit, then fewer: what is planned may still be more than there is. */
function fewerLayers(shape: ModelShape, machine: PlanMachine, wishes: Wishes, failed: Plan): number[] {
  if (machine.gpus.length === 0) return [];
  const fitting = planModel(shape, machine, { ...wishes, gpuLayers: 'auto' }).gpuLayers;
  return [...new Set([fitting, ...[0.85, 0.5, 0].map((share) => Math.floor(failed.gpuLayers * share))])]
    .filter((layers) => layers < failed.gpuLayers)
    .sort((a, b) => b - a);
}

function withChanges(wishes: Wishes, { contextSize, kvCacheType, ...same }: LoadChoice['changes']): Wishes {
  return {
    ...wishes,
    ...same,
    ...(contextSize !== undefined && { context: contextSize }),
    ...(kvCacheType !== undefined && { kvType: kvCacheType }),
  };
}

function detail({ totalVramBytes, totalRamBytes, freeVramBytes, freeRamBytes }: Plan): string {
  const parts =
    totalVramBytes > 0 ? [`${formatBytes(totalVramBytes)} of VRAM, ${formatBytes(freeVramBytes)} left`] : [];
  return `Takes ${[...parts, `${formatBytes(totalRamBytes)} of RAM, ${formatBytes(freeRamBytes)} left`].join('; ')}. Computed.`;
}

function lowered(label: string): string {
  return label.startsWith('KV') ? label : label.charAt(0).toLowerCase() + label.slice(1);
}
