/**
 * What a batch needs while it is computed, beside weights and cache. llama.cpp plans the graph of one batch ahead and
 * lets what is no longer needed make room for what comes next, so that the phase with the most counts. What is alive
 * in each phase was measured with models of random weights (`npm run bench -- plan`).
 */
import type { ModelShape } from './model-shape';
import type { Wishes } from '../shared/protocol/plan';
import { cacheCells } from './kv-cache';

const FLOAT = 4;
const HALF = 2;
/** glibc's `DEFAULT_MMAP_THRESHOLD_MAX`. */
const LARGEST_HOLE_BYTES = 32 * 2 ** 20;

/** Bytes of the compute buffer of a device that computes layers and, where it holds the output, the logits. */
export function computeBytes(shape: ModelShape, wishes: Wishes): number {
  const formula = Math.max(layerComputeBytes(shape, wishes), logitBytes(shape, wishes, wishes.batch));
  return Math.round(formula * (shape.calibration?.compute ?? 1));
}

function layerComputeBytes(shape: ModelShape, wishes: Wishes): number {
  return maskBytes(shape, wishes) + Math.max(attentionBytes(shape, wishes), feedForwardBytes(shape, wishes));
}

/**
 * Bytes of RAM that computing really takes. Without a GPU that is less than the buffer: it has room for the logits of a
 * whole batch, of which one row a sequence is ever asked for, and the system gives no memory to what nobody writes.
 */
export function ramComputeBytes(shape: ModelShape, wishes: Wishes, isOnGpus: boolean): number {
  if (isOnGpus) return inputBytes(shape, wishes);
  const buffer = Math.max(layerComputeBytes(shape, wishes), logitBytes(shape, wishes, wishes.sequences));
  return Math.round(buffer * (shape.calibration?.compute ?? 1)) + scoreCopyBytes(shape, wishes);
}

/**
 * Bytes that the CPU keeps of a batch that GPUs compute: its embeddings and the masks. A batch is computed on a GPU also
 * where the layers' weights lie in RAM (llama.cpp's `op_offload`).
 */
export function inputBytes(shape: ModelShape, wishes: Wishes): number {
  const formula = maskBytes(shape, wishes) + 2 * wishes.batch * shape.embeddingSize * FLOAT;
  return Math.round(formula * (shape.calibration?.input ?? 1));
}

/** Bytes of the logits that are handed out: one row a sequence. */
export function outputBufferBytes(shape: ModelShape, { sequences }: Wishes): number {
  return sequences * shape.vocabularySize * FLOAT;
}

/** Which cells each token sees: of the whole context, and of the window where some layers have one. */
function maskBytes(shape: ModelShape, wishes: Wishes): number {
  const cells = cacheCells(shape, wishes, false) + (hasWindow(shape) ? cacheCells(shape, wishes, true) : 0);
  return wishes.batch * cells * (wishes.flashAttention ? HALF : FLOAT);
}

function attentionBytes(shape: ModelShape, wishes: Wishes): number {
  const { embeddingSize, querySize, heads } = shape;
  const { batch } = wishes;
  const keySize = largest(shape.layers.map((layer) => layer.keySize));
  if (wishes.flashAttention) {
    const rows = batch * (4 * embeddingSize + 2 * querySize) * FLOAT;
    // The kernels read 16 bits or fewer: longer ones are copied, one layer at a time.
    const copied =
      wishes.kvType === 'f32' ? keySize + largest(shape.layers.map((layer) => layer.valueSize)) : 0;
    return rows + wishes.sequences * cacheCells(shape, wishes, false) * copied * HALF;
  }
  const scores = cacheCells(shape, wishes, false) * heads;
  return batch * (scores + 3 * embeddingSize + 2 * querySize + 2 * keySize) * FLOAT;
}

function feedForwardBytes(shape: ModelShape, { batch }: Wishes): number {
  const { embeddingSize, querySize, feedForwardSize, expertsUsed } = shape;
  if (!shape.layers.some(({ expertBytes }) => expertBytes > 0))
    return batch * (3 * feedForwardSize + 4 * embeddingSize) * FLOAT;
  const inner = expertsUsed * feedForwardSize;
  const numbers = Math.max(
    3 * inner + 3 * embeddingSize + querySize,
    // Every expert's answer, before they are added up.
    inner + expertsUsed * embeddingSize + 2 * embeddingSize + querySize,
  );
  return batch * numbers * FLOAT;
}

/** @param rows tokens whose logits are wanted */
function logitBytes(shape: ModelShape, { batch }: Wishes, rows: number): number {
  return (rows * shape.vocabularySize + batch * (hasWindow(shape) ? 3 : 2) * shape.embeddingSize) * FLOAT;
}

/**
 * Without flash attention a CPU multiplies values of 16 bits with scores of 16 bits: a copy, outside the buffer. It grows
 * with what is in the context, and where the smaller ones were glibc leaves holes; larger ones it gives back (measured).
 */
function scoreCopyBytes(shape: ModelShape, wishes: Wishes): number {
  if (wishes.flashAttention || wishes.kvType === 'f32') return 0;
  const copy = wishes.batch * cacheCells(shape, wishes, false) * shape.heads * HALF;
  return copy + 1.5 * Math.min(copy, LARGEST_HOLE_BYTES);
}

function largest(sizes: readonly number[]): number {
  return sizes.reduce((most, size) => Math.max(most, size), 0);
}

function hasWindow({ slidingWindow, layers }: ModelShape): boolean {
  return slidingWindow !== undefined && layers.some(({ isSliding }) => isSliding);
}
