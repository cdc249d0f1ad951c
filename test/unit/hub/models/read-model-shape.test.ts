/** The largest model that Hearth is made for, planned from a file of its full length that has its header only. */
import assert from 'node:assert/strict';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelShape } from '../../../../src/hub/models/read-model-shape';
import { GPT_OSS, gptOssHeader } from '../../../../src/planner/gpt-oss';
import { kvBytes } from '../../../../src/planner/kv-cache';
import { weightBytes } from '../../../../src/planner/model-shape';
import { planModel } from '../../../../src/planner/plan';
import { DEFAULT_WISHES } from '../../../../src/planner/wishes';
import { encodeGgufHead, type GgufTensorInfo, type GgufValue } from '../../../../tools/gguf/gguf-writer';
import { tensorBytes, type TensorType } from '../../../../tools/gguf/tensor-types';
import { useTempFolder } from '../../../support/temp-folder';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const VOCABULARY = 201_088;
const BYTES_PER_WEIGHT: [TensorType, number][] = [
  ['F32', 4],
  ['Q8_0', 34 / 32],
  ['MXFP4', 17 / 32],
];

/** Metadata, vocabulary and tensors as in the real file; then the length of the weights, without a byte of them. */
async function writeHeaderOnly(path: string): Promise<void> {
  const { metadata, tensors } = gptOssHeader(GPT_OSS['gpt-oss-120b']!);
  const infos = tensors.map(({ name, dimensions: shape, bytes = 0 }): GgufTensorInfo => {
    const weights = shape.reduce((product, size) => product * size, 1);
    const type = BYTES_PER_WEIGHT.find(([, each]) => each * weights === bytes)![0];
    return { name, shape, type };
  });
  const values = [...metadata].map(([key, value]): [string, GgufValue] => [
    key,
    typeof value === 'string' ? { type: 'string', value } : { type: 'uint32', value: Number(value) },
  ]);
  const tokens = Array.from({ length: VOCABULARY }, (_, token) => `token ${token}`);
  const head = encodeGgufHead({
    metadata: new Map([...values, ['tokenizer.ggml.tokens', { type: 'array', of: 'string', values: tokens }]]),
    tensors: infos,
  });
  const weights = infos.reduce((sum, { type, shape }) => sum + Math.ceil(tensorBytes(type, shape) / 32) * 32, 0);
  const file = await open(path, 'w');
  try {
    await file.write(head);
    await file.truncate(head.length + weights);
  } finally {
    await file.close();
  }
} // prettier-ignore

function within(actual: number, expected: number, share: number): void {
  assert.ok(
    Math.abs(actual - expected) <= expected * share,
    `${actual} is not within ${share} of ${expected}`,
  );
}

describe('readModelShape', () => {
  const at = useTempFolder();

  it('plans gpt-oss-120b from the header of a file of 63 GB', async function () {
    // NTFS would set all of it aside.
    if (process.platform === 'win32') return this.skip();
    const path = join(at(), 'gpt-oss-120b.gguf');
    await writeHeaderOnly(path);
    const { size, blocks } = await stat(path);
    within(size, 63.37e9, 0.001);
    assert.ok(blocks * 512 < 32 * MIB, 'It takes no disk.');

    const shape = await readModelShape(path);
    within(weightBytes(shape), 59.022 * GIB, 0.001);
    assert.deepEqual(
      [shape.layers.length, shape.vocabularySize, shape.trainContext, shape.slidingWindow],
      [36, VOCABULARY, 131_072, 128],
    );
    for (const [context, mib] of [[8_192, 288], [32_768, 1_152], [131_072, 4_608]] as const)
      assert.equal(kvBytes(shape, { ...DEFAULT_WISHES, context }), (mib + 27) * MIB); // prettier-ignore
    const gpus = [{ name: 'GPU', vramBytes: 97_887 * MIB, usedBytes: 0 }];
    const plan = planModel(
      shape,
      { gpus, ramBytes: 132e9, ramUsedBytes: 0 },
      { ...DEFAULT_WISHES, context: 131_072 },
    );
    assert.equal(plan.verdict, 'fits');
    within(plan.weights.vramBytes, 58.449 * GIB, 0.001);
    within(plan.weights.ramBytes, 0.573 * GIB, 0.001);
  });
});
