/** The context that small jobs have beside that of the chats: it is made when the first of them comes. */
import type { LayerPlan, Wishes } from '../shared/protocol/plan';
import { smallContextSize } from '../shared/util/small-context';
import { computeBytes, outputBufferBytes, ramComputeBytes } from './compute-buffers';
import { kvLayerBytes } from './kv-cache';
import type { ModelShape } from './model-shape';

/** What it is made with: as that of the chats, but short, and for one at a time. Undefined where there is none. */
export function smallContextWishes(wishes: Wishes): Wishes | undefined {
  if (!wishes.smallContext) return undefined;
  return { ...wishes, context: smallContextSize(wishes.context), sequences: 1, smallContext: false };
}

/**
 * Bytes of its KV cache and its compute buffers, of each GPU and of RAM.
 * @param layers where each lies
 * @param isOnGpus whether the GPUs compute anything
 */
export function smallContextBytes(
  shape: ModelShape,
  wishes: Wishes,
  layers: readonly Pick<LayerPlan, 'place'>[],
  gpuCount: number,
  isOnGpus: boolean,
): { gpus: number[]; ramBytes: number } {
  const gpus = new Array<number>(gpuCount).fill(0);
  const small = smallContextWishes(wishes);
  if (small === undefined) return { gpus, ramBytes: 0 };
  if (isOnGpus) gpus.fill(computeBytes(shape, small));
  let ramBytes = ramComputeBytes(shape, small, isOnGpus) + outputBufferBytes(shape, small);
  for (const [index, layer] of shape.layers.entries()) {
    const place = layers[index]?.place ?? 'ram';
    const bytes = kvLayerBytes(shape, layer, small);
    if (place === 'ram') ramBytes += bytes;
    else gpus[place] = (gpus[place] ?? 0) + bytes;
  }
  return { gpus, ramBytes };
}
