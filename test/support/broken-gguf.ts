/** Model files that are broken in the ways that happen: each function writes one to `folder` and returns its path. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeGguf, type GgufTensor, type GgufValue } from '../../tools/gguf/gguf-writer';
import { tinyGptOss } from '../../tools/models/tiny-gpt-oss';

/** A download that stopped: the header is whole, half of the weights are missing. */
export function writeTruncatedModel(folder: string): string {
  const bytes = tinyGptOss();
  return write(folder, 'truncated.gguf', bytes.subarray(0, Math.floor(bytes.length * 0.6)));
}

/** Not a GGUF at all: what a web server's error page looks like under a model's name. */
export function writeGarbageModel(folder: string): string {
  return write(folder, 'garbage.gguf', Buffer.from('<!doctype html><title>404</title>'.repeat(200)));
}

/** An empty file. */
export function writeEmptyModel(folder: string): string {
  return write(folder, 'empty.gguf', new Uint8Array(0));
}

/** A sound file of an architecture that llama.cpp has never heard of. */
export function writeUnknownArchitecture(folder: string): string {
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', { type: 'string', value: 'hearthless' }],
    ['general.name', { type: 'string', value: 'Unknown architecture' }],
    ['hearthless.block_count', { type: 'uint32', value: 1 }],
    ['hearthless.context_length', { type: 'uint32', value: 512 }],
    ['hearthless.embedding_length', { type: 'uint32', value: 32 }],
  ]);
  return write(folder, 'unknown-architecture.gguf', encodeGguf({ metadata, tensors: [oneTensor()] }));
}

/** A tensor that the architecture needs has another name, the size is right. */
export function writeMissingTensor(folder: string): string {
  const bytes = Buffer.from(tinyGptOss());
  const name = 'blk.1.attn_q.weight';
  const at = bytes.indexOf(name);
  if (at === -1) throw new Error(`The tiny model has no tensor ${name}.`);
  bytes.write('blk.1.attn_x.weight', at, 'latin1');
  return write(folder, 'missing-tensor.gguf', bytes);
}

/** The header claims more metadata than the file could ever hold. */
export function writeLyingHeader(folder: string): string {
  const bytes = Buffer.from(tinyGptOss());
  // Magic (4), version (4), tensor count (8), then the number of key-value pairs.
  bytes.writeBigUInt64LE(0x00ff_ffff_ffffn, 16);
  return write(folder, 'lying-header.gguf', bytes);
}

function oneTensor(): GgufTensor {
  return { name: 'token_embd.weight', shape: [32, 1], type: 'F32', data: new Uint8Array(128) };
}

function write(folder: string, name: string, bytes: Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
