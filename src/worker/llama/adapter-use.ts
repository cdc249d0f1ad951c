/** What LoRA adapters take of memory: the engine's own account leaves them out. Pure. */
import type { LoadedFacts, Placement } from '../../shared/protocol/worker';

/**
 * The weights with the adapters, of which each matrix lies where the layer lies that it changes.
 * @param adapterBytes of all adapters' files, which are little else than matrices
 */
export function withAdapters(
  weights: Placement,
  adapterBytes: number,
  { gpu, gpuLayers, totalLayers }: Pick<LoadedFacts, 'gpu' | 'gpuLayers' | 'totalLayers'>,
): Placement {
  // The output counts as a layer and goes onto the GPU first, and adapters leave it alone.
  const share = gpu === 'cpu' ? 0 : Math.max(0, gpuLayers - 1) / Math.max(1, totalLayers - 1);
  const onGpu = Math.round(adapterBytes * Math.min(1, share));
  return { vramBytes: weights.vramBytes + onGpu, ramBytes: weights.ramBytes + adapterBytes - onGpu };
}
