import assert from 'node:assert/strict';
import { encodeGguf, type GgufValue } from '../../../tools/gguf/gguf-writer';
import { encodeTensor, tensorBytes, toHalf } from '../../../tools/gguf/tensor-types';
import { mergesOf } from '../../../tools/models/o200k-vocab';
import { tinyGptOss } from '../../../tools/models/tiny-gpt-oss';
import { tinyLlama } from '../../../tools/models/tiny-llama';

describe('encodeGguf', () => {
  it('writes a header, metadata, tensor descriptions and aligned data', () => {
    const metadata = new Map<string, GgufValue>([['a', { type: 'uint32', value: 7 }]]);
    const data = Uint8Array.from({ length: 8 }, (_, index) => index);
    const tensors = ['t', 'u'].map((name) => ({ name, shape: [2], type: 'F32' as const, data }));
    const bytes = Buffer.from(encodeGguf({ metadata, tensors }));
    assert.equal(bytes.toString('latin1', 0, 4), 'GGUF');
    assert.equal(bytes.readUInt32LE(4), 3);
    assert.equal(bytes.readBigUInt64LE(8), 2n);
    assert.equal(bytes.readBigUInt64LE(16), 1n);
    // Key: length and text; then type uint32 (4) and the value.
    assert.equal(bytes.readBigUInt64LE(24), 1n);
    assert.deepEqual(
      [bytes.toString('latin1', 32, 33), bytes.readUInt32LE(33), bytes.readUInt32LE(37)],
      ['a', 4, 7],
    );
    // Two descriptions of 33 bytes end at 107, so the data begins at 128; the second tensor 32 later.
    assert.equal(bytes.readBigUInt64LE(41 + 33 + 25), 32n);
    assert.deepEqual([...bytes.subarray(128, 136)], [...data]);
    assert.deepEqual([...bytes.subarray(160, 168)], [...data]);
    assert.equal(bytes.length, 192);
  });

  it('refuses data of the wrong size', () => {
    const tensors = [{ name: 't', shape: [32], type: 'Q8_0' as const, data: new Uint8Array(33) }];
    assert.throws(() => encodeGguf({ metadata: new Map(), tensors }), /33 bytes instead of 34/);
  });
});

describe('tensor types', () => {
  it('knows the sizes', () => {
    assert.equal(tensorBytes('F32', [3, 2]), 24);
    assert.equal(tensorBytes('F16', [3, 2]), 12);
    assert.equal(tensorBytes('Q8_0', [64, 2]), 136);
    assert.equal(tensorBytes('MXFP4', [32, 2, 2]), 68);
    assert.throws(() => tensorBytes('MXFP4', [48]), /whole blocks/);
  });

  it('rounds to half precision', () => {
    const cases: [number, number][] = [
      [0, 0], [-0, 0x8000], [1, 0x3c00], [-2, 0xc000], [0.1, 0x2e66], [65504, 0x7bff], [65520, 0x7c00], [1e9, 0x7c00],
      [2 ** -14, 0x0400], [2 ** -24, 1], [2 ** -25, 0], [1.5 * 2 ** -25, 1], [1 + 2 ** -11, 0x3c00], [1 + 3 * 2 ** -11, 0x3c02],
      [Infinity, 0x7c00],
    ]; // prettier-ignore
    for (const [value, expected] of cases) assert.equal(toHalf(value), expected, `${value}`);
  });

  it('encodes Q8_0', () => {
    const weights = new Float32Array(32);
    weights[0] = 127;
    weights[1] = -63.6;
    const bytes = Buffer.from(encodeTensor('Q8_0', weights));
    assert.deepEqual(
      [bytes.readUInt16LE(0), bytes.readInt8(2), bytes.readInt8(3), bytes.readInt8(4)],
      [0x3c00, 127, -64, 0],
    );
  });

  it('encodes Q4_0: the largest weight is the lowest code', () => {
    const weights = new Float32Array(32);
    weights[0] = -8;
    weights[1] = 7;
    weights[16] = 1;
    const bytes = Buffer.from(encodeTensor('Q4_0', weights));
    assert.deepEqual([bytes.readUInt16LE(0), bytes[2], bytes[3], bytes[4]], [0x3c00, 0x90, 0x8f, 0x88]);
  });

  it('encodes MXFP4: every code, low nibbles first', () => {
    const values = [0, 0.5, 1, 1.5, 2, 3, 4, 6];
    const weights = new Float32Array(32);
    values.forEach((value, index) => {
      weights[index] = value;
      weights[index + 16] = -value;
    });
    const bytes = encodeTensor('MXFP4', weights);
    assert.equal(bytes[0], 127);
    // Minus zero is written as zero.
    assert.deepEqual([...bytes.subarray(1, 9)], [0x00, 0x91, 0xa2, 0xb3, 0xc4, 0xd5, 0xe6, 0xf7]);
    assert.deepEqual([...encodeTensor('MXFP4', new Float32Array(32))], new Array<number>(17).fill(0));
  });
});

describe('mergesOf', () => {
  it('finds the last merge behind each token', () => {
    assert.deepEqual(mergesOf(['a', 'b', 'c', 'ab', 'bc', 'abc', 'abcab']), [
      ['a', 'b'],
      ['b', 'c'],
      ['ab', 'c'],
      ['abc', 'ab'],
    ]);
  });
});

describe('tiny models', () => {
  for (const [name, make] of Object.entries({ tinyGptOss, tinyLlama })) {
    it(`${name} is small and always the same`, () => {
      const bytes = make();
      assert.ok(bytes.length < 2_000_000);
      assert.ok(Buffer.from(bytes).equals(make()));
    });
  }
});
