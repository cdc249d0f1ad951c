/**
 * Reads the header of a GGUF file (versions 2 and 3), checking every length against the file's size before it is
 * believed, so that no native code ever sees a header that lies.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import { open } from 'node:fs/promises';
import type { HeaderScalar, HeaderValue } from '../../planner/model-shape';
import { TENSOR_TYPES } from '../../planner/tensor-types';
import { HearthError } from '../../shared/protocol/errors';

const MAGIC = 0x46554747; // "GGUF", little-endian
const CHUNK_BYTES = 1 << 20;
const MOST_METADATA = 100_000;
const MOST_TENSORS = 1_000_000;
const MOST_KEY_BYTES = 65_535;
/** The largest vocabularies take some 20 MB: a longer header is made to keep its reader busy. */
const MOST_HEADER_BYTES = 128 << 20;
/** Names come from the file and stand in sentences. */
const MOST_SHOWN = 60;
/** Longer strings (chat templates, token lists) are passed over, not kept. */
const MOST_KEPT_STRING_BYTES = 1 << 20;
/** A value for each layer. */
const MOST_KEPT_ELEMENTS = 1_024;
const MOST_DIMENSIONS = 4;
const DEFAULT_ALIGNMENT = 32;

/** Value types of the format, by number. */
const STRING = 8;
const ARRAY = 9;
const SCALAR_BYTES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

export interface GgufTensor {
  name: string;
  dimensions: number[];
  /** Undefined for a type that this reader does not know. */
  type: string | undefined;
  elements: number;
  /** Undefined with the type. */
  bytes: number | undefined;
}

export interface GgufHeader {
  version: number;
  /** Scalars, strings and short arrays of scalars; of other arrays only the length is kept, under `key.length`. */
  metadata: ReadonlyMap<string, HeaderValue>;
  tensors: GgufTensor[];
  fileBytes: number;
}

/**
 * @throws HearthError `model-not-gguf` or `model-damaged` with what is wrong; file system errors as they come
 */
export async function readGgufHeader(path: string): Promise<GgufHeader> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const read = async (position: number, length: number): Promise<Buffer> => {
      const chunk = Buffer.allocUnsafe(length);
      const { bytesRead } = await file.read(chunk, 0, length, position);
      return chunk.subarray(0, bytesRead);
    };
    return await readHeader({ size, read });
  } finally {
    await file.close();
  }
}

/** A file, wherever it is. */
export interface ByteSource {
  /** Bytes. */
  size: number;
  /** Less than `length` only where the source ends early. */
  read(position: number, length: number): Promise<Buffer>;
}

/** @throws HearthError as `readGgufHeader`; the source's errors as they come */
export function readHeader(source: ByteSource): Promise<GgufHeader> {
  return new Reader(source).header();
}

class Reader {
  private buffer: Buffer = Buffer.alloc(0);
  private bufferStart = 0;
  private position = 0;

  private readonly size: number;

  constructor(private readonly source: ByteSource) {
    this.size = source.size;
  }

  async header(): Promise<GgufHeader> {
    if (this.size < 24 || (await this.u32()) !== MAGIC) throw notGguf();
    const version = await this.u32();
    if (version !== 2 && version !== 3) throw damaged(`its format version is ${version}; 2 and 3 are known`);
    const tensorCount = await this.count('tensors', MOST_TENSORS);
    const metadataCount = await this.count('metadata entries', MOST_METADATA);
    const metadata = new Map<string, HeaderValue>();
    for (let index = 0; index < metadataCount; index += 1) {
      const key = await this.string(MOST_KEY_BYTES);
      if (key === undefined) throw damaged('a metadata key is too long');
      await this.value(key, await this.u32(), metadata);
    }
    const tensors: GgufTensor[] = [];
    const offsets: number[] = [];
    for (let index = 0; index < tensorCount; index += 1) {
      const { tensor, offset } = await this.tensor();
      tensors.push(tensor);
      offsets.push(offset);
    }
    this.checkOffsets(tensors, offsets, metadata.get('general.alignment'));
    return { version, metadata, tensors, fileBytes: this.size };
  }

  private async tensor(): Promise<{ tensor: GgufTensor; offset: number }> {
    const name = await this.string(MOST_KEY_BYTES);
    if (name === undefined) throw damaged('a tensor name is too long');
    const count = await this.u32();
    if (count > MOST_DIMENSIONS) throw damaged(`tensor ${shown(name)} has ${count} dimensions`);
    const dimensions: number[] = [];
    for (let index = 0; index < count; index += 1)
      dimensions.push(await this.u64(`a dimension of ${shown(name)}`));
    const elements = dimensions.reduce((product, length) => product * length, 1);
    if (!Number.isSafeInteger(elements)) throw damaged(`tensor ${shown(name)} is impossibly large`);
    const layout = TENSOR_TYPES[await this.u32()];
    const offset = await this.u64(`the offset of ${shown(name)}`);
    const bytes = layout === undefined ? undefined : Math.ceil(elements / layout[1]) * layout[2];
    return { tensor: { name, dimensions, type: layout?.[0], elements, bytes }, offset };
  }

  /** Every tensor must lie inside the file: a download that broke off is found here. */
  private checkOffsets(
    tensors: GgufTensor[],
    offsets: number[],
    alignmentValue: HeaderValue | undefined,
  ): void {
    const alignment = alignmentValue ?? DEFAULT_ALIGNMENT;
    if (typeof alignment !== 'number' || alignment < 1 || !Number.isInteger(Math.log2(alignment)))
      throw damaged(`its alignment is ${shown(String(alignment))}`);
    const dataStart = Math.ceil(this.position / alignment) * alignment;
    let end = dataStart;
    tensors.forEach((tensor, index) => {
      end = Math.max(end, dataStart + (offsets[index] ?? 0) + (tensor.bytes ?? 0));
    });
    if (tensors.length > 0 && end > this.size) {
      throw damaged(
        `it should have ${end.toLocaleString('en-US')} bytes but has ${this.size.toLocaleString('en-US')}: the download broke off`,
      );
    }
  }

  private async value(key: string, type: number, into: Map<string, HeaderValue>): Promise<void> {
    if (type === STRING) {
      const text = await this.string(MOST_KEPT_STRING_BYTES);
      if (text !== undefined) into.set(key, text);
      return;
    }
    if (type === ARRAY) {
      const found = await this.array(key, 0);
      if (typeof found === 'number') into.set(`${key}.length`, found);
      else into.set(key, found);
      return;
    }
    const bytes = SCALAR_BYTES[type];
    if (bytes === undefined) throw damaged(`the metadata entry ${shown(key)} has the unknown type ${type}`);
    into.set(key, scalar(await this.take(bytes), type));
  }

  /** Passes over an array, and answers with its length; a short one of scalars is kept. */
  private async array(key: string, depth: number): Promise<number | HeaderScalar[]> {
    if (depth > 2) throw damaged(`the metadata entry ${shown(key)} is nested too deeply`);
    const type = await this.u32();
    const length = await this.u64(`the length of ${shown(key)}`);
    const bytes = SCALAR_BYTES[type];
    if (bytes !== undefined) {
      if (depth === 0 && length <= MOST_KEPT_ELEMENTS) return this.scalars(length, bytes, type);
      this.skip(length * bytes);
      return length;
    }
    if (type !== STRING && type !== ARRAY)
      throw damaged(`the metadata entry ${shown(key)} has the unknown type ${type}`);
    // Each element has at least its own length field: a count beyond that is a lie, found before the loop.
    this.ensure(length * 8);
    const what = `a string of ${shown(key)}`;
    for (let index = 0; index < length; index += 1) {
      if (type === STRING) this.skip(await this.u64(what));
      else await this.array(key, depth + 1);
    }
    return length;
  }

  private async scalars(length: number, bytes: number, type: number): Promise<HeaderScalar[]> {
    const all = await this.take(length * bytes);
    return Array.from({ length }, (_, index) =>
      scalar(all.subarray(index * bytes, (index + 1) * bytes), type),
    );
  }

  private async count(what: string, most: number): Promise<number> {
    const value = await this.u64(`the number of ${what}`);
    if (value > most) throw damaged(`it claims ${value.toLocaleString('en-US')} ${what}`);
    return value;
  }

  /** Undefined for a string that is longer than `most`, which is passed over. */
  private async string(most: number): Promise<string | undefined> {
    const length = await this.u64('a string');
    if (length > most) {
      this.skip(length);
      return undefined;
    }
    return (await this.take(length)).toString('utf8');
  }

  private async u32(): Promise<number> {
    return (await this.take(4)).readUInt32LE();
  }

  private async u64(what: string): Promise<number> {
    const value = (await this.take(8)).readBigUInt64LE();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(`${what} is impossibly large`);
    return Number(value);
  }

  private ensure(bytes: number): void {
    const end = this.position + bytes;
    if (end > this.size) throw damaged('its header ends in the middle');
    if (end > MOST_HEADER_BYTES) throw damaged('its header is impossibly long');
  }

  private skip(bytes: number): void {
    this.ensure(bytes);
    this.position += bytes;
  }

  private async take(bytes: number): Promise<Buffer> {
    this.ensure(bytes);
    let start = this.position - this.bufferStart;
    if (start < 0 || start + bytes > this.buffer.length) {
      const wanted = Math.min(Math.max(CHUNK_BYTES, bytes), this.size - this.position);
      const chunk = await this.source.read(this.position, wanted);
      if (chunk.length < bytes) throw damaged('its header ends in the middle');
      this.buffer = chunk;
      this.bufferStart = this.position;
      start = 0;
    }
    this.position += bytes;
    return this.buffer.subarray(start, start + bytes);
  }
}

function scalar(bytes: Buffer, type: number): HeaderScalar {
  switch (type) {
    case 0:
      return bytes.readUInt8();
    case 1:
      return bytes.readInt8();
    case 2:
      return bytes.readUInt16LE();
    case 3:
      return bytes.readInt16LE();
    case 4:
      return bytes.readUInt32LE();
    case 5:
      return bytes.readInt32LE();
    case 6:
      return bytes.readFloatLE();
    case 7:
      return bytes.readUInt8() !== 0;
    case 10:
      return bytes.readBigUInt64LE();
    case 11:
      return bytes.readBigInt64LE();
    default:
      return bytes.readDoubleLE();
  }
}

function shown(name: string): string {
  const text = name.replace(/[\u0000-\u001f\u007f]/g, '\ufffd');
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}

function notGguf(): HearthError {
  return new HearthError(
    'model-not-gguf',
    'This is not a GGUF file.',
    'Hearth loads GGUF models. Other checkpoints (safetensors, GPTQ, AWQ, EXL2) must be converted first.',
  );
}

function damaged(reason: string): HearthError {
  return new HearthError(
    'model-damaged',
    `The GGUF file is damaged: ${reason}.`,
    'Download it again and compare its size and checksum with its source.',
  );
}
