/** How llama.cpp lays out weights in memory (ggml-common.h, ggml-quants.c): sizes, and encoders from plain numbers. */

export type TensorType = 'F32' | 'F16' | 'Q4_0' | 'Q8_0' | 'MXFP4';

/** Weights and bytes of one block. */
const BLOCKS: Record<TensorType, { weights: number; bytes: number }> = {
  F32: { weights: 1, bytes: 4 },
  F16: { weights: 1, bytes: 2 },
  Q4_0: { weights: 32, bytes: 18 },
  Q8_0: { weights: 32, bytes: 34 },
  MXFP4: { weights: 32, bytes: 17 },
};

/** The magnitudes of MXFP4's eight codes, doubled as ggml stores them; the code's bit 3 is the sign. */
const MXFP4_MAGNITUDES = [0, 1, 2, 3, 4, 6, 8, 12];

/**
 * Bytes of a tensor.
 * @throws Error when a row (the first dimension) is not whole blocks.
 */
export function tensorBytes(type: TensorType, shape: readonly number[]): number {
  const block = BLOCKS[type];
  const row = shape[0] ?? 1;
  if (row % block.weights !== 0) throw new Error(`A row of ${row} weights is not whole blocks of ${type}.`);
  return (shape.reduce((product, size) => product * size, 1) / block.weights) * block.bytes;
}

/** The bytes of `values` in `type`, rounded to what it can hold. Their number must be whole blocks. */
export function encodeTensor(type: TensorType, values: Float32Array): Uint8Array {
  const block = BLOCKS[type];
  const out = Buffer.alloc(tensorBytes(type, [values.length]));
  for (let index = 0; index * block.weights < values.length; index++) {
    const weights = values.subarray(index * block.weights, (index + 1) * block.weights);
    ENCODERS[type](weights, out, index * block.bytes);
  }
  return out;
}

const ENCODERS: Record<TensorType, (weights: Float32Array, out: Buffer, at: number) => void> = {
  F32: (weights, out, at) => out.writeFloatLE(weights[0] ?? 0, at),
  F16: (weights, out, at) => out.writeUInt16LE(toHalf(weights[0] ?? 0), at),
  Q8_0: (weights, out, at) => {
    const scale = largest(weights) / 127;
    out.writeUInt16LE(toHalf(scale), at);
    weights.forEach((weight, i) => out.writeInt8(scale === 0 ? 0 : Math.round(weight / scale), at + 2 + i));
  },
  Q4_0: (weights, out, at) => {
    // The largest weight, whichever its sign, is the code 0: eight below the middle.
    const top = weights.reduce((one, weight) => (Math.abs(weight) > Math.abs(one) ? weight : one), 0);
    const scale = top / -8;
    out.writeUInt16LE(toHalf(scale), at);
    const code = (weight = 0): number => (scale === 0 ? 8 : Math.min(15, Math.round(weight / scale) + 8));
    for (let i = 0; i < 16; i++) out.writeUInt8(code(weights[i]) | (code(weights[i + 16]) << 4), at + 2 + i);
  },
  MXFP4: (weights, out, at) => {
    const top = largest(weights);
    // The shared exponent puts the largest weight at the top code, 6 = 2^2 · 1.5.
    const exponent = top === 0 ? 0 : Math.max(0, Math.floor(Math.log2(top)) - 2 + 127);
    const half = 2 ** (exponent - 128);
    out.writeUInt8(exponent, at);
    for (let i = 0; i < 16; i++) {
      // Low nibbles hold the first half of the block, high nibbles the second.
      const low = mxfp4Code((weights[i] ?? 0) / half);
      const high = mxfp4Code((weights[i + 16] ?? 0) / half);
      out.writeUInt8(low | (high << 4), at + 1 + i);
    }
  },
};

function mxfp4Code(value: number): number {
  const magnitude = Math.abs(value);
  let best = 0;
  MXFP4_MAGNITUDES.forEach((candidate, code) => {
    if (Math.abs(candidate - magnitude) < Math.abs((MXFP4_MAGNITUDES[best] ?? 0) - magnitude)) best = code;
  });
  return value < 0 && best !== 0 ? best | 8 : best;
}

function largest(weights: Float32Array): number {
  return weights.reduce((top, weight) => Math.max(top, Math.abs(weight)), 0);
}

/** IEEE 754 binary16, rounded to nearest (ties to even). */
export function toHalf(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const mantissa = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200);
  const halfExponent = exponent - 127 + 15;
  if (halfExponent >= 31) return sign | 0x7c00;
  if (halfExponent < -10) return sign;
  // Subnormal halves lose more of the mantissa, whose leading one becomes explicit.
  const full = halfExponent <= 0 ? mantissa | 0x800000 : mantissa;
  const shift = halfExponent <= 0 ? 14 - halfExponent : 13;
  const base = halfExponent <= 0 ? 0 : halfExponent << 10;
  const rest = full & ((1 << shift) - 1);
  const rounded = base + (full >>> shift);
  const middle = 1 << (shift - 1);
  const up = rest > middle || (rest === middle && (rounded & 1) === 1);
  return sign | (rounded + (up ? 1 : 0));
}
