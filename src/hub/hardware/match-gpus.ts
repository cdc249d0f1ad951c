/** Which of the GPUs that the system's tools see are llama.cpp's devices, of which it tells only the sum. Pure. */
import { findCard, shownBytes } from '../../planner/cards';
import type { GpuMemory, MachineFacts } from '../../shared/protocol/worker';

/** Without a name where the tool knows none. */
export interface SeenGpu extends GpuMemory {
  name?: string;
}

/** A tool counts what the driver keeps for itself, the engine does not. */
const TOLERANCE = 0.05;

/**
 * By their names; what has no name, by the size that such a card has, or in its order.
 * @returns in the order of the devices; undefined where they do not add up to what the engine sees
 */
export function matchGpus(
  { deviceNames, vramTotalBytes, vramUsedBytes = 0 }: MachineFacts,
  seen: readonly SeenGpu[],
): GpuMemory[] | undefined {
  const left = [...seen];
  const found = deviceNames.flatMap((name) => {
    const gpu = left.find((each) => isNamed(each, name)) ?? nearest(name, left);
    if (gpu === undefined) return [];
    left.splice(left.indexOf(gpu), 1);
    return [gpu];
  });
  const sum = found.reduce((all, { totalBytes }) => all + totalBytes, 0);
  if (found.length < deviceNames.length || Math.abs(sum - vramTotalBytes) > TOLERANCE * vramTotalBytes)
    return undefined;
  const scale = vramTotalBytes / sum;
  return found.map(({ totalBytes, usedBytes }) => ({
    totalBytes: totalBytes * scale,
    // Of several cards of a kind, one that is left out may be any of them.
    usedBytes: left.length === 0 ? usedBytes : (vramUsedBytes * totalBytes) / sum,
  }));
}

function isNamed({ name }: SeenGpu, wanted: string): boolean {
  return name?.toLowerCase() === wanted.toLowerCase();
}

function nearest(name: string, left: readonly SeenGpu[]): SeenGpu | undefined {
  const nameless = left.filter((gpu) => gpu.name === undefined);
  const card = findCard(name);
  if (card === undefined) return nameless[0];
  const apart = ({ totalBytes }: SeenGpu): number => Math.abs(totalBytes - shownBytes(card.gib));
  return nameless.toSorted((a, b) => apart(a) - apart(b))[0];
}
