/**
 * A file of gpt-oss's true shape and vocabulary with random weights: it needs the memory and the memory traffic of the
 * real one, and writes noise. Straight to the disk: 59 GiB of it.
 */
import { gptOssHeader } from '../../src/planner/gpt-oss';
import type { GgufTensorInfo, GgufValue } from '../../tools/gguf/gguf-writer';
import { tensorBytes } from '../../tools/gguf/tensor-types';
import { o200kVocabulary } from '../../tools/models/o200k-vocab';
import { writeRandomModel } from '../../tools/models/random-weights';

/** Writes the file; about as fast as the disk is. */
export function writeLargeModel(path: string, size: { layers: number; experts: number }): void {
  const header = gptOssHeader(size);
  const tensors = header.tensors.map(({ name, dimensions, bytes }): GgufTensorInfo => {
    const type = (['F32', 'Q8_0', 'MXFP4'] as const).find((one) => tensorBytes(one, dimensions) === bytes);
    if (type === undefined) throw new Error(`${name} has an unknown type.`);
    return { name, shape: dimensions, type };
  });
  const metadata = new Map<string, GgufValue>([
    ...[...header.metadata].map(([key, value]): [string, GgufValue] => [
      key,
      typeof value === 'string' ? { type: 'string', value } : { type: 'uint32', value: Number(value) },
    ]),
    ['general.name', { type: 'string', value: `gpt-oss with ${size.layers} random layers` }],
    ['gpt-oss.feed_forward_length', { type: 'uint32', value: 2_880 }],
    ['gpt-oss.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-5 }],
    ['gpt-oss.rope.freq_base', { type: 'float32', value: 150_000 }],
    ['gpt-oss.rope.scaling.type', { type: 'string', value: 'yarn' }],
    ['gpt-oss.rope.scaling.factor', { type: 'float32', value: 32 }],
    ['gpt-oss.rope.scaling.original_context_length', { type: 'uint32', value: 4_096 }],
    ...o200kVocabulary(),
  ]);
  writeRandomModel(path, metadata, tensors);
}
