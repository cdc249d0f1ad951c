/** A header that lies, by accident or on purpose, gives a plan or an error in words. */
import assert from 'node:assert/strict';
import { readHeader } from '../../../src/hub/models/gguf-reader';
import { alternatives } from '../../../src/planner/alternatives';
import { modelShape, type HeaderFacts } from '../../../src/planner/model-shape';
import { maxContext, planModel } from '../../../src/planner/plan';
import { DEFAULT_WISHES } from '../../../src/planner/wishes';
import { errorInfo } from '../../../src/shared/protocol/errors';
import { Random } from '../../../tools/models/random';
import { tinyGptOss } from '../../../tools/models/tiny-gpt-oss';
import { tinyLlama } from '../../../tools/models/tiny-llama';

const PARTS = 20;
const ROUNDS = 500;
const MOST_BYTES = 200 * 2 ** 20;
const LARGE_FILE_BYTES = 63e9;
const EXPECTED = ['model-not-gguf', 'model-damaged', 'model-unsupported'];
const machine = { gpus: [{ name: 'GPU 1', vramBytes: 24e9, usedBytes: 0 }], ramBytes: 64e9, ramUsedBytes: 0 };
const wishes = { ...DEFAULT_WISHES, context: 8_192 };

/** Each read of a file takes a buffer of its length. */
const MOST_READ_BYTES = 2 ** 20;

/** What is read of a file, without the file: what it has beyond the header is never looked at. */
function read(bytes: Buffer, size: number) {
  return readHeader({
    size,
    read: (position, length) => {
      assert.ok(length <= MOST_READ_BYTES, `${length} bytes were asked for at once`);
      return Promise.resolve(bytes.subarray(position, position + length));
    },
  });
}

function plan(header: HeaderFacts) {
  const shape = modelShape('mutated', header);
  const found = planModel(shape, machine, wishes);
  assert.ok(Number.isFinite(found.totalVramBytes) && Number.isFinite(found.totalRamBytes));
  assert.ok(Number.isFinite(maxContext(shape, machine, wishes)));
  return shape;
}

describe('a mutated header', () => {
  const models = [tinyGptOss(), tinyLlama()].map((bytes) => Buffer.from(bytes));
  let planned = 0;
  let refused = 0;

  for (let part = 0; part < PARTS; part += 1)
    it(`gives a plan or an error in words (${part + 1} of ${PARTS})`, async () => {
      const random = new Random(part);
      const upTo = (most: number) => Math.floor(random.uniform() * most);
      for (let round = 0; round < ROUNDS; round += 1) {
        const bytes = models[round % 2]!;
        // The header's first kilobytes have the sizes, its end the tensors; weights are none of its business.
        const places = Array.from({ length: 1 + upTo(3) }, () => upTo(upTo(2) === 0 ? 1_500 : 12_000));
        const before = places.map((place) => bytes[place]!);
        for (const place of places) bytes[place] = upTo(2) === 0 ? upTo(256) : upTo(2) * 255;
        try {
          // In a large file a lie about a length is not found by the file's end.
          plan(await read(bytes, round % 4 < 2 ? bytes.length : LARGE_FILE_BYTES));
          planned += 1;
        } catch (error) {
          const { code, message } = errorInfo(error);
          assert.ok(EXPECTED.includes(code), `part ${part}, round ${round}: ${code}: ${String(error)}`);
          assert.ok(message.length > 20 && message.length < 400, message);
          refused += 1;
        }
        // From the last to the first, since two may be the same place.
        for (let index = places.length - 1; index >= 0; index -= 1) bytes[places[index]!] = before[index]!;
      }
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      assert.ok(heapUsed + arrayBuffers < MOST_BYTES * 2);
    });

  after(() => assert.ok(planned > 500 && refused > 500, `${planned} planned, ${refused} refused`));
});

describe('a header with impossible sizes', () => {
  const header = (key: string, value: number | bigint): HeaderFacts => ({
    metadata: new Map<string, string | number | bigint>([
      ['general.architecture', 'llama'],
      ['llama.block_count', 2],
      ['llama.attention.head_count', 4],
      ['llama.embedding_length', 64],
      ['llama.context_length', 1_024],
      [`llama.${key}`, value],
    ]),
    tensors: [{ name: 'blk.0.attn_k.weight', dimensions: [64, 64], bytes: 8_192 }],
  });

  it('is refused before anything is made of its size', () => {
    const cases: [string, number | bigint][] = [
      ['block_count', 4_000_000_000],
      ['block_count', 1_001],
      ['block_count', (1n << 63n) - 1n],
      ['block_count', Number.NaN],
      ['block_count', 1.5],
      ['context_length', Infinity],
      ['embedding_length', -1],
      ['attention.sliding_window', (1n << 40n) + 1n],
    ];
    for (const [key, value] of cases)
      assert.throws(() => plan(header(key, value)), new RegExp(`impossible llama.${key}`));
    assert.throws(() => plan(header('attention.head_count', 0)), /does not say llama.attention.head_count/);
    plan(header('block_count', 1_000));
  });

  it('plans without a known context, and offers alternatives in no time', () => {
    const shape = plan(header('context_length', 0));
    const small = { ...machine, gpus: [{ name: 'GPU 1', vramBytes: 5e8, usedBytes: 0 }] };
    assert.ok(Array.isArray(alternatives(shape, small, wishes)));
  });
});
