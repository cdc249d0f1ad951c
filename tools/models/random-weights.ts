/** Models of random weights, straight to the disk: they need the memory and the traffic of real ones, and write noise. */
import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeGgufHead, type GgufTensorInfo, type GgufValue } from '../gguf/gguf-writer';
import { tensorBytes, toHalf, type TensorType } from '../gguf/tensor-types';

const ALIGNMENT = 32;
/** Whole blocks of every type. */
const POOL_BYTES = 32 * 9 * 17 * 2 * 1_024;
/** Of the random weights: about one by the root of a row's length. */
const SCALE = 0.02;

type BlockType = Exclude<TensorType, 'F32' | 'F16'>;

/** Writes the file; about as fast as the disk is. */
export function writeRandomModel(
  path: string,
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensorInfo[],
): void {
  const pools = new Map<BlockType, Buffer>();
  const pool = (type: BlockType): Buffer => {
    const made = pools.get(type) ?? randomBlocks(type);
    pools.set(type, made);
    return made;
  };
  const file = openSync(path, 'w');
  try {
    writeSync(file, encodeGgufHead({ metadata, tensors, alignment: ALIGNMENT }));
    for (const { name, shape, type } of tensors) {
      const bytes = tensorBytes(type, shape);
      const blocks = type === 'F32' || type === 'F16' ? numbers(name, type, bytes) : pool(type);
      for (let done = 0; done < bytes;) {
        const from = done % blocks.length;
        done += writeSync(file, blocks, from, Math.min(blocks.length - from, bytes - done));
      }
      writeSync(file, Buffer.alloc((ALIGNMENT - (bytes % ALIGNMENT)) % ALIGNMENT));
    }
  } finally {
    closeSync(file);
  }
}

/** Norms are one, biases and sinks nothing; matrices are random: a router then uses all experts alike. */
function numbers(name: string, type: 'F32' | 'F16', bytes: number): Buffer {
  const isMatrix = name.endsWith('ffn_gate_inp.weight') || type === 'F16';
  const value = (): number => {
    if (name.endsWith('norm.weight')) return 1;
    return isMatrix ? (Math.random() - 0.5) * 4 * SCALE : 0;
  };
  if (type === 'F32') return Buffer.from(Float32Array.from({ length: bytes / 4 }, value).buffer);
  return Buffer.from(Uint16Array.from({ length: bytes / 2 }, () => toHalf(value())).buffer);
}

/** Any bits are a valid weight; only the scale of each block has to be sensible. */
function randomBlocks(type: BlockType): Buffer {
  const pool = randomFillSync(Buffer.alloc(POOL_BYTES));
  const blockBytes = tensorBytes(type, [32]);
  for (let at = 0; at < pool.length; at += blockBytes) {
    if (type === 'Q8_0') pool.writeUInt16LE(toHalf((SCALE * 2) / 127), at);
    else if (type === 'Q4_0') pool.writeUInt16LE(toHalf((SCALE * 2) / 8), at);
    // The exponent of an MXFP4 block: its weights reach six times two to the power of it less 127.
    else pool.writeUInt8(127 + Math.round(Math.log2(SCALE / 2)), at);
  }
  return pool;
}
