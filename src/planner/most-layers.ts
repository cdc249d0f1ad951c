/** How many layers fit onto the GPUs. */
import type { PlanMachine, Wishes } from '../shared/protocol/plan';
import { weightsIn } from './calibration';
import { computeBytes } from './compute-buffers';
import { kvLayerBytes } from './kv-cache';
import type { ModelShape } from './model-shape';
import { smallContextWishes } from './small-context';
import { splitCounts } from './split';

/** What a driver and its libraries take on each GPU, with layers on it or not. */
export const GPU_OVERHEAD_BYTES = 400 * 2 ** 20;

/** The output counted as one. */
export function mostLayers(shape: ModelShape, machine: PlanMachine, wishes: Wishes): number {
  const { layers } = shape;
  const total = layers.length + 1;
  const lora = (wishes.loraBytes ?? 0) / layers.length;
  const small = smallContextWishes(wishes);
  const contexts = small === undefined ? [wishes] : [wishes, small];
  const ofContexts = (bytes: (context: Wishes) => number): number =>
    contexts.reduce((sum, context) => sum + bytes(context), 0);
  const weights = (bytes: number): number => weightsIn('vram', shape, bytes);
  const others = sumsBefore([
    ...layers.map(
      (layer) =>
        weights(layer.otherBytes) + ofContexts((context) => kvLayerBytes(shape, layer, context)) + lora,
    ),
    weights(shape.outputBytes),
  ]);
  const experts = sumsBefore([...layers.map(({ expertBytes }) => weights(expertBytes)), 0]);
  const each = ofContexts((context) => computeBytes(shape, context)) + GPU_OVERHEAD_BYTES;
  const between = (sums: readonly number[], from: number, to: number): number =>
    to > from ? (sums[to] ?? 0) - (sums[from] ?? 0) : 0;

  const doFit = (gpuLayers: number): boolean => {
    const first = total - gpuLayers;
    const withExperts = endOfExperts(layers, first, wishes.expertLayersInRam);
    let from = first;
    return splitCounts(machine.gpus, gpuLayers).every((count, index) => {
      const to = from + count;
      const bytes = between(others, from, to) + between(experts, Math.max(from, withExperts), to);
      from = to;
      const gpu = machine.gpus[index];
      return gpu !== undefined && gpu.vramBytes - gpu.usedBytes >= bytes + each;
    });
  };
  if (machine.gpus.length === 0) return 0;
  if (machine.gpus.length === 1) return mostOf(total, doFit);
  // How layers are split over several jumps about, so that one more may fit where one fewer does not.
  let most = total;
  while (most > 0 && !doFit(most)) most -= 1;
  return most;
}

function mostOf(total: number, doFit: (count: number) => boolean): number {
  let [low, high] = [0, total];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (doFit(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The layer after the last one, from `first` on, whose experts stay in RAM. */
function endOfExperts(layers: ModelShape['layers'], first: number, inRam: number): number {
  let left = inRam;
  let layer = first;
  while (left > 0 && layer < layers.length) {
    if ((layers[layer]?.expertBytes ?? 0) > 0) left -= 1;
    layer += 1;
  }
  return layer;
}

/** The sum of what stands before each, and of all at the end. */
function sumsBefore(items: readonly number[]): number[] {
  let sum = 0;
  return [0, ...items.map((item) => (sum += item))];
}
