import { availableParallelism } from 'node:os';

/**
 * Threads for evaluation: one less than the cores that are good for math, because llama.cpp's threads spin
 * while they wait and one that shares its core with another program holds up all the others.
 * @param mathCores physical cores, as llama.cpp counts them
 */
export function chooseThreads(wish: 'auto' | number, mathCores: number): number {
  if (wish !== 'auto') return Math.max(1, Math.floor(wish));
  return Math.max(1, Math.min(mathCores, availableParallelism()) - 1);
}
