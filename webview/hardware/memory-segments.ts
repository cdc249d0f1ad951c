/** A memory as pieces of a bar, in percent of its length, and in words. Pure. */
import type { MemoryPool, MemoryUser } from '../../src/shared/protocol/hardware';
import type { PlanResult } from '../../src/shared/protocol/plan';
import { formatBytes } from '../../src/shared/util/format';

export interface Segment {
  use: MemoryUser;
  bytes: number;
  modelPath?: string;
  /** Percent of the bar. */
  start: number;
  length: number;
}

export interface Bar {
  segments: Segment[];
  /** Where the memory ends, in percent; below 100 when more is wanted than there is. */
  limit: number;
  freeBytes: number;
}

export const USE_NAMES: Readonly<Record<MemoryUser, string>> = {
  weights: 'Weights',
  context: 'KV cache and buffers',
  other: 'Other programs',
};

const ORDER: readonly MemoryUser[] = ['weights', 'context', 'other'];

export function memoryBar({ totalBytes, usedBytes, parts }: MemoryPool): Bar {
  const used = usedBytes ?? 0;
  const length = Math.max(totalBytes, used, 1);
  let start = 0;
  const segments = ORDER.flatMap((use) => parts.filter((part) => part.use === use)).map((part) => {
    const segment = { ...part, start, length: (part.bytes / length) * 100 };
    start += segment.length;
    return segment;
  });
  return { segments, limit: (totalBytes / length) * 100, freeBytes: totalBytes - used };
}

/** Bytes by use, without those that use nothing. */
export function byUse(parts: MemoryPool['parts']): { use: MemoryUser; bytes: number }[] {
  return ORDER.map((use) => ({
    use,
    bytes: parts.filter((part) => part.use === use).reduce((sum, { bytes }) => sum + bytes, 0),
  })).filter(({ bytes }) => bytes > 0);
}

/** "12.0 of 96.0 GiB" and what uses it, for those who cannot see the bar. */
export function barLabel(name: string, pool: MemoryPool): string {
  const { totalBytes, usedBytes, parts } = pool;
  if (usedBytes === undefined) return `${name}: ${formatBytes(totalBytes)}, use not known`;
  const uses = byUse(parts).map(({ use, bytes }) => `${USE_NAMES[use]} ${formatBytes(bytes)}`);
  return [`${name}: ${formatBytes(usedBytes)} of ${formatBytes(totalBytes)}`, ...uses].join(', ');
}

/** What a plan wants of each memory; a machine without a GPU has only RAM. */
export function planPools({ plan, machine }: PlanResult): { name: string; pool: MemoryPool }[] {
  const vram = machine.gpus.reduce((sum, gpu) => sum + gpu.vramBytes, 0);
  const vramUsed = machine.gpus.reduce((sum, gpu) => sum + gpu.usedBytes, 0);
  const pools = [
    {
      name: 'RAM',
      pool: wanted(machine.ramBytes, plan.weights.ramBytes, plan.totalRamBytes, machine.ramUsedBytes),
    },
  ];
  if (vram === 0) return pools;
  return [
    { name: 'VRAM', pool: wanted(vram, plan.weights.vramBytes, plan.totalVramBytes, vramUsed) },
    ...pools,
  ];
}

function wanted(totalBytes: number, weights: number, all: number, others: number): MemoryPool {
  const parts = [
    { use: 'weights' as const, bytes: weights },
    { use: 'context' as const, bytes: Math.max(0, all - weights) },
    { use: 'other' as const, bytes: others },
  ].filter(({ bytes }) => bytes > 0);
  return { totalBytes, usedBytes: all + others, parts };
}
