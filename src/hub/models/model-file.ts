/** One model on disk, its parts taken together, described by its header or by what is wrong with it. */
import { access, constants, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorInfo, HearthError } from '../../shared/protocol/errors';
import type { GgufFacts, ModelFile } from '../../shared/protocol/models';
import { isErrno } from '../storage/atomic-file';
import { readGgufHeader, type GgufHeader, type GgufTensor } from './gguf-reader';

/** llama.cpp's naming of a model in several files. */
const PART = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;

/** The parts of a model, the given first one included; a model in one file is its only part. */
export function partPaths(path: string): string[] {
  const match = PART.exec(basename(path));
  if (match === null) return [path];
  const [, stem = '', part = '', count = '1'] = match;
  // "00003-of-00002" is just a strange name.
  if (Number(part) < 1 || Number(part) > Number(count)) return [path];
  return Array.from({ length: Number(count) }, (_, index) =>
    join(dirname(path), `${stem}-${String(index + 1).padStart(5, '0')}-of-${count}.gguf`),
  );
}

/** Changes with the file: sizes and times of its parts. */
export async function modelFileKey(path: string): Promise<string> {
  const stats = await Promise.all(partPaths(path).map((part) => stat(part)));
  return stats.map(({ size, mtimeMs }) => `${size}:${mtimeMs}`).join(' ');
}

/** True for the second and later parts, which are not models by themselves. */
export function isLaterPart(path: string): boolean {
  const match = PART.exec(basename(path));
  return match !== null && Number(match[2]) !== 1 && partPaths(path).length > 1;
}

export function modelName(path: string): string {
  return basename(path).replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '');
}

/** Never throws: what is wrong stands in `error`. */
export async function describeModel(path: string, source: ModelFile['source']): Promise<ModelFile> {
  let sizeBytes = 0;
  let file = path;
  try {
    const headers: GgufHeader[] = [];
    for (const part of partPaths(path)) {
      file = part;
      sizeBytes += await readableBytes(part);
      headers.push(await readGgufHeader(part));
    }
    return { path, name: modelName(path), source, sizeBytes, facts: facts(headers) };
  } catch (error) {
    return { path, name: modelName(path), source, sizeBytes, error: errorInfo(fileError(error, file)) };
  }
}

/** @throws HearthError for a model that cannot be loaded, before any native code sees it */
export async function checkModel(path: string): Promise<GgufFacts> {
  const { facts: found, error } = await describeModel(path, 'added');
  if (found === undefined) throw HearthError.from(error ?? errorInfo('unreadable'));
  return found;
}

/** The file's size. */
async function readableBytes(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isFile()) {
    throw new HearthError(
      'model-not-a-file',
      found.isDirectory() ? `${path} is a folder, not a model file.` : `${path} is not a regular file.`,
      'Choose a .gguf file; to list a whole folder, add it to "hearth.modelFolders".',
    );
  }
  await access(path, constants.R_OK);
  return found.size;
}

function fileError(error: unknown, path: string): unknown {
  if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) {
    return new HearthError(
      'model-not-found',
      `There is no file ${path}.`,
      'It may have been moved or its drive not be mounted. Choose a model with "Hearth: Switch Model".',
    );
  }
  if (isErrno(error, 'EACCES') || isErrno(error, 'EPERM')) {
    return new HearthError(
      'model-unreadable',
      `Hearth may not read ${path}.`,
      'Give your user read permission on the file and its folders.',
    );
  }
  if (error instanceof Error && 'errno' in error) {
    return new HearthError(
      'model-unreadable',
      `${path} could not be read (${error.message}).`,
      'Check the drive and the path, or choose another model.',
    );
  }
  return error;
}

function facts(headers: GgufHeader[]): GgufFacts {
  const metadata = headers[0]?.metadata ?? new Map<string, never>();
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string') {
    throw new HearthError(
      'model-damaged',
      'The GGUF file does not say which architecture it has.',
      'Download it again, or convert it anew.',
    );
  }
  const type = metadata.get('general.type');
  const tensors = headers.flatMap((header) => header.tensors);
  if ((typeof type === 'string' && type !== 'model') || tensors.length === 0) {
    throw new HearthError(
      'model-unsupported',
      type === 'adapter' ? 'This is a LoRA adapter, not a model.' : 'This GGUF file has no model in it.',
      type === 'adapter' ? 'Add it to "hearth.loras" to lay it over a model.' : 'Choose a model file.',
    );
  }
  const figure = (key: string): number => {
    const value = metadata.get(`${architecture}.${key}`);
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
  };
  return {
    architecture,
    quantization: mainType(tensors),
    parameters: tensors.reduce((sum, tensor) => sum + tensor.elements, 0),
    contextLength: figure('context_length'),
    layers: figure('block_count'),
    experts: figure('expert_count'),
  };
}

/** The type that holds most of the weights. */
function mainType(tensors: GgufTensor[]): string {
  const elements = new Map<string, number>();
  for (const tensor of tensors) {
    const type = tensor.type ?? 'unknown';
    elements.set(type, (elements.get(type) ?? 0) + tensor.elements);
  }
  const ranked = [...elements].sort((a, b) => b[1] - a[1]);
  return ranked[0]?.[0] ?? 'unknown';
}
