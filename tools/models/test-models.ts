/** The models that tests load, made on the spot: nothing is downloaded and no binary is kept in the repository. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { O200K_VOCAB_NAME, o200kVocab } from './o200k-vocab';
import { tinyGptOss } from './tiny-gpt-oss';
import { tinyLlama } from './tiny-llama';
import { tinyLora } from './tiny-lora';

/** Writes `tiny-gpt-oss.gguf` to `folder` unless it is there already; returns its path. */
export function makeTinyGptOss(folder: string): string {
  return writeIfDifferent(join(folder, 'tiny-gpt-oss.gguf'), tinyGptOss());
}

/** Writes `tiny-llama.gguf` to `folder` unless it is there already; returns its path. */
export function makeTinyLlama(folder: string): string {
  return writeIfDifferent(join(folder, 'tiny-llama.gguf'), tinyLlama());
}

/** Writes `tiny-llama-lora.gguf` to `folder` unless it is there already; returns its path. */
export function makeTinyLora(folder: string): string {
  return writeIfDifferent(join(folder, 'tiny-llama-lora.gguf'), tinyLora());
}

/** Writes `o200k-vocab.gguf` (about 8 MB) to `folder` unless a current one is there; returns its path. */
export function makeO200kVocab(folder: string): string {
  const path = join(folder, 'o200k-vocab.gguf');
  // Making it takes seconds, so its name is looked up rather than its bytes compared.
  if (!existsSync(path) || !beginningOf(path).includes(O200K_VOCAB_NAME)) writeWhole(path, o200kVocab());
  return path;
}

function writeIfDifferent(path: string, bytes: Uint8Array): string {
  if (!existsSync(path) || !readFileSync(path).equals(bytes)) writeWhole(path, bytes);
  return path;
}

/** Two test runs may make the same file at once: each sees a whole one. */
function writeWhole(path: string, bytes: Uint8Array): void {
  mkdirSync(join(path, '..'), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}

function beginningOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(1024);
    return buffer.toString('latin1', 0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}
