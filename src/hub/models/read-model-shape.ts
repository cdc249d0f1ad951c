/** A model's sizes from its headers: all that a plan needs of a file. */
import { modelShape, type ModelShape } from '../../planner/model-shape';
import { readGgufHeader, type GgufHeader } from './gguf-reader';
import { modelName, partPaths } from './model-file';

/** @throws HearthError what is wrong with the file, or that it says too little */
export async function readModelShape(path: string): Promise<ModelShape> {
  const headers = await Promise.all(partPaths(path).map((part) => readGgufHeader(part)));
  return shapeOfHeaders(modelName(path), headers);
}

/**
 * @param headers of all parts, in their order
 * @throws HearthError when they say too little
 */
export function shapeOfHeaders(name: string, headers: readonly GgufHeader[]): ModelShape {
  return modelShape(name, {
    metadata: headers[0]?.metadata ?? new Map(),
    tensors: headers.flatMap(({ tensors }) => tensors),
  });
}
