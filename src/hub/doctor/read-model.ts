/** A model as the doctor looks at it: a GGUF file's header, or the folder of another checkpoint. Loads nothing. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { known, unknown, type CheckpointModel, type GgufModel, type Known } from '../../planner/doctor/facts';
import { readGgufHeader, type GgufHeader } from '../models/gguf-reader';
import { describeModel, isLaterPart, partPaths } from '../models/model-file';

/** Files of other formats that people point at. */
const OTHER_FORMAT = /\.(?:safetensors|bin|pth|pt|ckpt|npz|onnx)$/i;
const JSON_FILES = ['config.json', 'quantize_config.json', 'quant_config.json'];
const MOST_JSON_BYTES = 1 << 20;
const MOST_FILES = 1_000;

/** @throws file system errors other than that it is not there */
export async function readModel(path: string): Promise<Known<GgufModel | CheckpointModel>> {
  if (await isFolder(path)) return readFolder(path);
  if (OTHER_FORMAT.test(path)) return known(await readCheckpoint(dirname(path), [basename(path)]));
  return readGguf(path);
}

async function readFolder(path: string): Promise<Known<GgufModel | CheckpointModel>> {
  const files = (await readdir(path)).sort().slice(0, MOST_FILES);
  const models = files.filter((file) => /\.gguf$/i.test(file) && !isLaterPart(join(path, file)));
  const [only, ...more] = models;
  if (only !== undefined && more.length === 0) return readGguf(join(path, only));
  return known(await readCheckpoint(path, files));
}

async function readCheckpoint(folder: string, files: string[]): Promise<CheckpointModel> {
  const json: Record<string, unknown> = {};
  for (const name of JSON_FILES) {
    const value = await readJson(join(folder, name));
    if (value !== undefined) json[name] = value;
  }
  return { kind: 'checkpoint', files, json };
}

async function readGguf(path: string): Promise<Known<GgufModel>> {
  const { error, sizeBytes } = await describeModel(path, 'added');
  if (error !== undefined) return unknown(error.message, error);
  const headers: GgufHeader[] = [];
  for (const part of partPaths(path)) headers.push(await readGgufHeader(part));
  const metadata = headers[0]?.metadata ?? new Map<string, never>();
  const architecture = String(metadata.get('general.architecture') ?? '');
  const trained = metadata.get(`${architecture}.context_length`);
  const template = metadata.get('tokenizer.chat_template');
  return known({
    kind: 'gguf',
    fileBytes: sizeBytes,
    architecture,
    bytesByType: bytesByType(headers),
    trainContext: typeof trained === 'number' || typeof trained === 'bigint' ? Number(trained) : 0,
    chatTemplate: typeof template === 'string' ? template : undefined,
  });
}

function bytesByType(headers: readonly GgufHeader[]): Record<string, number> {
  const bytes = new Map<string, number>();
  for (const { type = 'unknown', bytes: size, elements } of headers.flatMap(({ tensors }) => tensors)) {
    // Of an unknown type only the count is known: it is taken for a byte a weight.
    bytes.set(type, (bytes.get(type) ?? 0) + (size ?? elements));
  }
  return Object.fromEntries(bytes);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // The reader of files says what is wrong.
  }
}

/** Undefined for what is not there, too long or no JSON: the format shows in the names too. */
async function readJson(path: string): Promise<unknown> {
  try {
    if ((await stat(path)).size > MOST_JSON_BYTES) return undefined;
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
