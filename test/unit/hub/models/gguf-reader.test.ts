import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { readGgufHeader, type GgufHeader } from '../../../../src/hub/models/gguf-reader';
import { errorInfo, type ErrorCode } from '../../../../src/shared/protocol/errors';
import { encodeGguf, type GgufValue } from '../../../../tools/gguf/gguf-writer';
import { Random } from '../../../../tools/models/random';
import { tinyGptOss } from '../../../../tools/models/tiny-gpt-oss';
import { tinyLlama } from '../../../../tools/models/tiny-llama';
import { useTempFolder } from '../../../support/temp-folder';

const STRING = 8;
const ARRAY = 9;
const FLOAT32 = 6;

/** A file from its fields: numbers are u32, bigints u64, texts strings with their length, bytes as they are. */
function bytes(...fields: (number | bigint | string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    fields.map((field) => {
      if (typeof field === 'number') {
        const buffer = Buffer.alloc(4);
        buffer.writeUInt32LE(field);
        return buffer;
      }
      if (typeof field === 'bigint') {
        const buffer = Buffer.alloc(8);
        buffer.writeBigUInt64LE(field);
        return buffer;
      }
      if (typeof field === 'string')
        return Buffer.concat([bytes(BigInt(Buffer.byteLength(field))), Buffer.from(field)]);
      return Buffer.from(field);
    }),
  );
}

const start = (tensors: bigint, entries: bigint, version = 3) =>
  bytes(Buffer.from('GGUF'), version, tensors, entries);

describe('readGgufHeader', () => {
  const at = useTempFolder();

  async function read(content: Uint8Array): Promise<GgufHeader> {
    writeFileSync(at('model.gguf'), content);
    return readGgufHeader(at('model.gguf'));
  }

  async function rejects(content: Uint8Array, code: ErrorCode, message: RegExp): Promise<void> {
    await assert.rejects(read(content), (error) => {
      const info = errorInfo(error);
      assert.equal(info.code, code, info.details);
      assert.match(info.message, message);
      return true;
    });
  }

  it('reads the metadata and tensors of both tiny models', async () => {
    const gptOss = await read(tinyGptOss());
    assert.equal(gptOss.version, 3);
    assert.equal(gptOss.metadata.get('general.architecture'), 'gpt-oss');
    assert.ok(gptOss.tensors.some(({ type }) => type === 'MXFP4'));
    assert.equal(gptOss.fileBytes, tinyGptOss().length);
    const llama = await read(tinyLlama());
    assert.equal(llama.metadata.get('general.architecture'), 'llama');
    const embedding = llama.tensors.find(({ name }) => name === 'token_embd.weight');
    assert.equal(embedding?.dimensions[1], llama.metadata.get('tokenizer.ggml.tokens.length'));
    assert.equal(embedding?.elements, embedding!.dimensions[0]! * embedding!.dimensions[1]!);
  });

  it('reads every kind of value', async () => {
    const metadata = new Map<string, GgufValue>([
      ['a', { type: 'uint32', value: 7 }],
      ['b', { type: 'int32', value: -7 }],
      ['c', { type: 'float32', value: 0.5 }],
      ['d', { type: 'bool', value: true }],
      ['e', { type: 'string', value: 'ü' }],
      ['f', { type: 'uint64', value: 9 }],
      ['g', { type: 'array', of: 'string', values: ['x', 'yz'] }],
      ['h', { type: 'array', of: 'uint64', values: [1, 2, 3] }],
      ['i', { type: 'array', of: 'uint32', values: new Array<number>(1_025).fill(1) }],
    ]);
    const header = await read(encodeGguf({ metadata, tensors: [] }));
    assert.deepEqual(
      [...header.metadata],
      [['a', 7], ['b', -7], ['c', 0.5], ['d', true], ['e', 'ü'], ['f', 9n], ['g.length', 2], ['h', [1n, 2n, 3n]], ['i.length', 1_025]], // prettier-ignore
    );
  });

  it('passes over nested arrays and very long strings', async () => {
    const long = 'x'.repeat((1 << 20) + 1);
    const content = bytes(
      start(0n, 3n),
      ...['nested', ARRAY, ARRAY, 2n, STRING, 1n, 'in', 4, 2n, 1, 2],
      ...['long', STRING, long],
      ...['after', 4, 5],
    );
    const { metadata } = await read(content);
    assert.deepEqual(
      [...metadata],
      [
        ['nested.length', 2],
        ['after', 5],
      ],
    );
  });

  it('says in words what is wrong', async () => {
    const tensor = (...fields: (number | bigint | string)[]) => bytes(start(1n, 0n), ...fields);
    const cases: [Uint8Array, ErrorCode, RegExp][] = [
      [new Uint8Array(0), 'model-not-gguf', /not a GGUF/],
      [Buffer.from('GGUF'), 'model-not-gguf', /not a GGUF/],
      [Buffer.alloc(100), 'model-not-gguf', /not a GGUF/],
      [start(0n, 0n, 1), 'model-damaged', /format version is 1/],
      [start(0n, 0n, 4), 'model-damaged', /format version is 4/],
      [start(0n, 1n << 60n), 'model-damaged', /impossibly large/],
      [start(0n, 100_001n), 'model-damaged', /claims 100,001 metadata/],
      [start(1_000_001n, 0n), 'model-damaged', /claims 1,000,001 tensors/],
      [start(1n, 0n), 'model-damaged', /ends in the middle/],
      [bytes(start(0n, 1n), 65_536n, Buffer.alloc(65_536)), 'model-damaged', /key is too long/],
      [bytes(start(0n, 1n), 1n << 62n), 'model-damaged', /impossibly large/],
      [bytes(start(0n, 1n), 'key', 13, 0), 'model-damaged', /key has the unknown type 13/],
      [bytes(start(0n, 1n), 'key', ARRAY, 77, 0n), 'model-damaged', /unknown type 77/],
      [bytes(start(0n, 1n), 'key', ARRAY, STRING, 1n << 40n), 'model-damaged', /ends in the middle/],
      [bytes(start(0n, 1n), 'key', ARRAY, 10, (1n << 53n) - 1n), 'model-damaged', /ends in the middle/],
      [
        bytes(start(0n, 1n), 'key', ARRAY, ...Array.from({ length: 9 }, () => [ARRAY, 1n]).flat()),
        'model-damaged',
        /nested too deeply/,
      ],
      [tensor('t', 5, 0n, 0n, 0n, 0n, 0n, 0, 0n), 'model-damaged', /t has 5 dimensions/],
      [tensor('t', 2, 1n << 40n, 1n << 40n, 0, 0n), 'model-damaged', /t is impossibly large/],
      [tensor('t', 4, ...Array<bigint>(4).fill((1n << 53n) - 1n), 0, 0n), 'model-damaged', /impossibly/],
      [tensor('t', 1, 4n, 0, (1n << 53n) - 1n), 'model-damaged', /should have .* bytes but has/],
      [tensor('t', 1, 4n, 0, 0n), 'model-damaged', /the download broke off/],
      // A type that is not known still has its offset checked.
      [tensor('t', 1, 4n, 999, 4096n), 'model-damaged', /the download broke off/],
    ];
    for (const [content, code, message] of cases) await rejects(content, code, message);
  });

  it('believes no alignment that would switch the check of the offsets off', async () => {
    const infinite = Buffer.alloc(4);
    infinite.writeFloatLE(Infinity);
    const rest = ['t', 1, 4n, 0, 1n << 40n] as const;
    for (const value of [infinite, Buffer.alloc(4)])
      await rejects(
        bytes(start(1n, 1n), 'general.alignment', FLOAT32, value, ...rest),
        'model-damaged',
        /its alignment is/,
      );
    await rejects(
      bytes(start(1n, 1n), 'general.alignment', 4, 24, ...rest),
      'model-damaged',
      /alignment is 24/,
    );
  });

  it('shows no long or multi-line name in a sentence', async () => {
    await assert.rejects(read(bytes(start(0n, 1n), `a\n\u001b[31m${'x'.repeat(9_000)}`, 13)), (error) => {
      const { message } = errorInfo(error);
      assert.ok(message.length < 200);
      return !/[\n\u001b]/.test(message);
    });
  });

  it('gives up on a header that would keep it busy for hours', async () => {
    // A sparse file of 16 GiB, all of it one list of empty strings.
    writeFileSync(at('sparse.gguf'), bytes(start(0n, 1n), 'list', ARRAY, STRING, 2_000_000_000n));
    await truncate(at('sparse.gguf'), 2 ** 34);
    await assert.rejects(readGgufHeader(at('sparse.gguf')), /impossibly long/);
  });

  it('gives a classified error at every point where the header may break off', async function () {
    const whole = smallModel();
    for (let length = 0; length < whole.length; length += 1) {
      await assert.rejects(read(whole.subarray(0, length)), (error) =>
        ['model-not-gguf', 'model-damaged'].includes(errorInfo(error).code),
      );
    }
    await read(whole);
  });

  it('survives 2,000 random mutations', async function () {
    this.timeout(20_000); // Two thousand files.
    const whole = smallModel();
    const random = new Random(1);
    const pick = (most: number) => Math.floor(random.uniform() * most);
    let sane = 0;
    for (let round = 0; round < 2_000; round += 1) {
      const copy = Buffer.from(whole);
      for (let left = 1 + pick(4); left > 0; left -= 1) {
        copy[pick(copy.length)] = pick(2) === 0 ? pick(256) : pick(2) * 255;
      }
      try {
        const { tensors } = await read(copy);
        assert.ok(tensors.every(({ elements }) => Number.isSafeInteger(elements)));
        sane += 1;
      } catch (error) {
        assert.ok(['model-not-gguf', 'model-damaged'].includes(errorInfo(error).code), String(error));
      }
    }
    assert.ok(sane > 100 && sane < 1_900, `${sane} were accepted`);
    assert.ok(process.memoryUsage().rss < 1 << 30);
  });
});

/** Everything that a header may have, in a few hundred bytes. */
function smallModel(): Buffer {
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', { type: 'string', value: 'llama' }],
    ['llama.context_length', { type: 'uint32', value: 512 }],
    ['llama.rope', { type: 'float32', value: 0.5 }],
    ['tokens', { type: 'array', of: 'string', values: ['a', 'bc', ''] }],
    ['scores', { type: 'array', of: 'float32', values: [1, 2, 3] }],
    ['flag', { type: 'bool', value: true }],
  ]);
  const tensors = [
    { name: 'one', shape: [4, 2], type: 'F32' as const, data: new Uint8Array(32) },
    { name: 'two', shape: [32], type: 'Q8_0' as const, data: new Uint8Array(34) },
  ];
  const whole = Buffer.from(encodeGguf({ metadata, tensors }));
  // The last tensor's padding may be missing; its data may not.
  return whole.subarray(0, whole.length - 30);
}
