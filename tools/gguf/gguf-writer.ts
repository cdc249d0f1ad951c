/**
 * Writes GGUF version 3, the model file format of llama.cpp (ggml's docs/gguf.md): a header, metadata as key-value
 * pairs, tensor descriptions, then the tensors' data, each aligned.
 */
import { tensorBytes, type TensorType } from './tensor-types';

const MAGIC = 'GGUF';
const VERSION = 3;
const DEFAULT_ALIGNMENT = 32;

const VALUE_TYPES = {
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
} as const;

const TENSOR_TYPES: Record<TensorType, number> = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 8, MXFP4: 39 };

type NumberType = 'uint32' | 'int32' | 'float32' | 'uint64';

export type GgufValue =
  | { type: NumberType; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'array'; of: NumberType; values: readonly number[] }
  | { type: 'array'; of: 'string'; values: readonly string[] };

/** `shape` as ggml counts it: the fastest-running dimension, a row's length, first. */
export interface GgufTensorInfo {
  name: string;
  shape: readonly number[];
  type: TensorType;
}

export interface GgufTensor extends GgufTensorInfo {
  data: Uint8Array;
}

export interface GgufFile {
  metadata: ReadonlyMap<string, GgufValue>;
  tensors: readonly GgufTensor[];
  /** Bytes; a power of two, at least 8. Default 32. */
  alignment?: number;
}

/**
 * The file's bytes.
 * @throws Error when a tensor's data has not the size that its shape and type ask for.
 */
export function encodeGguf(file: GgufFile): Uint8Array {
  const alignment = file.alignment ?? DEFAULT_ALIGNMENT;
  const out = new ByteSink();
  out.bytes(encodeGgufHead(file));
  for (const tensor of file.tensors) {
    const expected = tensorBytes(tensor.type, tensor.shape);
    if (tensor.data.length !== expected) {
      throw new Error(`Tensor ${tensor.name} has ${tensor.data.length} bytes instead of ${expected}.`);
    }
    out.bytes(tensor.data);
    out.padTo(alignment);
  }
  return out.done();
}

/** Everything before the first tensor's data; each tensor's data follows, padded to the alignment. */
export function encodeGgufHead(
  file: Omit<GgufFile, 'tensors'> & { tensors: readonly GgufTensorInfo[] },
): Uint8Array {
  const alignment = file.alignment ?? DEFAULT_ALIGNMENT;
  const metadata = new Map(file.metadata);
  if (file.alignment !== undefined) metadata.set('general.alignment', { type: 'uint32', value: alignment });

  const out = new ByteSink();
  out.bytes(Buffer.from(MAGIC, 'latin1'));
  out.number('uint32', VERSION);
  out.number('uint64', file.tensors.length);
  out.number('uint64', metadata.size);
  for (const [key, value] of metadata) {
    out.string(key);
    writeValue(out, value);
  }
  let offset = 0;
  for (const { name, shape, type } of file.tensors) {
    out.string(name);
    out.number('uint32', shape.length);
    for (const size of shape) out.number('uint64', size);
    out.number('uint32', TENSOR_TYPES[type]);
    out.number('uint64', offset);
    offset = padded(offset + tensorBytes(type, shape), alignment);
  }
  out.padTo(alignment);
  return out.done();
}

function writeValue(out: ByteSink, value: GgufValue): void {
  out.number('uint32', VALUE_TYPES[value.type]);
  switch (value.type) {
    case 'string':
      out.string(value.value);
      return;
    case 'bool':
      out.bytes(Uint8Array.of(value.value ? 1 : 0));
      return;
    case 'array':
      out.number('uint32', VALUE_TYPES[value.of]);
      out.number('uint64', value.values.length);
      if (value.of === 'string') for (const item of value.values) out.string(item);
      else for (const item of value.values) out.number(value.of, item);
      return;
    default:
      out.number(value.type, value.value);
  }
}

function padded(size: number, alignment: number): number {
  return Math.ceil(size / alignment) * alignment;
}

/** Little-endian bytes in a buffer that grows. */
class ByteSink {
  #buffer = Buffer.alloc(1 << 16);
  #length = 0;

  bytes(data: Uint8Array): void {
    this.#reserve(data.length);
    this.#buffer.set(data, this.#length);
    this.#length += data.length;
  }

  string(text: string): void {
    const data = Buffer.from(text, 'utf8');
    this.number('uint64', data.length);
    this.bytes(data);
  }

  number(type: NumberType, value: number): void {
    this.#reserve(8);
    switch (type) {
      case 'uint32':
        this.#length = this.#buffer.writeUInt32LE(value, this.#length);
        return;
      case 'int32':
        this.#length = this.#buffer.writeInt32LE(value, this.#length);
        return;
      case 'float32':
        this.#length = this.#buffer.writeFloatLE(value, this.#length);
        return;
      case 'uint64':
        this.#length = this.#buffer.writeBigUInt64LE(BigInt(value), this.#length);
    }
  }

  padTo(alignment: number): void {
    this.bytes(new Uint8Array(padded(this.#length, alignment) - this.#length));
  }

  done(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.max(this.#buffer.length * 2, this.#length + extra));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}
