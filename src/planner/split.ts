/** Which GPU gets which layer, as llama.cpp splits them. */
import type { GpuFacts } from '../shared/protocol/plan';

/**
 * How many layers, the output counted as the last, each GPU gets: in the GPUs' order, in proportion to what is free on
 * each (`split_mode layer`).
 */
export function splitCounts(gpus: readonly GpuFacts[], gpuLayers: number): number[] {
  const free = gpus.map(({ vramBytes, usedBytes }) => Math.max(0, vramBytes - usedBytes));
  const all = free.reduce((sum, bytes) => sum + bytes, 0);
  let [reached, given] = [0, 0];
  return free.map((bytes, index) => {
    reached += bytes;
    // A layer goes where its share of the way begins.
    const end = index === gpus.length - 1 || all === 0 ? gpuLayers : Math.ceil((reached / all) * gpuLayers);
    const count = Math.max(0, Math.min(end, gpuLayers) - given);
    given += count;
    return count;
  });
}

/**
 * For each layer a GPU's index, or undefined for RAM: the last `gpuLayers` go to the GPUs.
 * @param total layers, the output counted as the last
 */
export function splitLayers(
  gpus: readonly GpuFacts[],
  total: number,
  gpuLayers: number,
): (number | undefined)[] {
  const onGpus = splitCounts(gpus, gpuLayers).flatMap((count, gpu) => new Array<number>(count).fill(gpu));
  return [...new Array<undefined>(total - onGpus.length).fill(undefined), ...onGpus];
}
