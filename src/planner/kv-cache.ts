/** The KV cache's size. */
import type { LayerShape, ModelShape } from './model-shape';
import type { Wishes } from '../shared/protocol/plan';
import { KV_BYTES } from './wishes';

/** llama.cpp pads the cells of a cache to a multiple of this. */
const CELL_PADDING = 256;

/**
 * Cells that one sequence has in a layer: for the whole context (`kv_unified` is off); in a sliding layer for its window
 * and one batch (`llama_kv_cache_iswa`, `swa_full` off).
 */
export function cacheCells(
  { slidingWindow }: Pick<ModelShape, 'slidingWindow'>,
  { context, batch }: Wishes,
  isSliding: boolean,
): number {
  const seen =
    isSliding && slidingWindow !== undefined ? Math.min(padded(context), slidingWindow + batch) : context;
  return padded(seen);
}

/** Bytes of one layer's cache. */
export function kvLayerBytes(
  shape: Pick<ModelShape, 'slidingWindow' | 'calibration'>,
  layer: Pick<LayerShape, 'keySize' | 'valueSize' | 'isSliding'>,
  wishes: Wishes,
): number {
  const cells = wishes.sequences * cacheCells(shape, wishes, layer.isSliding);
  const formula = cells * (layer.keySize + layer.valueSize) * KV_BYTES[wishes.kvType];
  return Math.round(formula * (shape.calibration?.kv ?? 1));
}

/** Bytes of all layers. */
export function kvBytes(shape: ModelShape, wishes: Wishes): number {
  return shape.layers.reduce((sum, layer) => sum + kvLayerBytes(shape, layer, wishes), 0);
}

function padded(cells: number): number {
  return Math.ceil(cells / CELL_PADDING) * CELL_PADDING;
}
