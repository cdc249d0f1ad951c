/** A memory as pieces of a bar, in percent of its length, and in words. Pure. */
import type { MemoryPool, MemoryUser } from '../../src/shared/protocol/hardware';
import { formatBytes } from '../../src/shared/util/format';

/**
 * What a bar tells apart. `context` is a model's of which nobody knows how much is KV cache; `small` is the context of
 * small jobs, `process` what drivers and the model's process take, and `beside` other models, where a plan counts them.
 */
export type DrawnUse = MemoryUser | 'kv' | 'compute' | 'small' | 'process' | 'beside';

export interface DrawnPart {
  use: DrawnUse;
  bytes: number;
  modelPath?: string;
}

export interface DrawnPool {
  totalBytes: number;
  /** Undefined where nothing tells. */
  usedBytes?: number;
  parts: DrawnPart[];
}

export interface Segment extends DrawnPart {
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

export const USE_NAMES: Readonly<Record<DrawnUse, string>> = {
  weights: 'Weights',
  kv: 'KV cache',
  compute: 'Compute buffers',
  context: 'KV cache and buffers',
  small: 'Inline edits',
  process: 'Driver and process',
  beside: 'Models beside it',
  other: 'Other programs',
};

/** From the left. */
const ORDER: readonly DrawnUse[] = [
  'weights',
  'kv',
  'compute',
  'context',
  'small',
  'process',
  'beside',
  'other',
];

/** A look at a memory, with each model's context as KV cache and compute buffers where that is known. */
export function drawnPool({ parts, ...sizes }: MemoryPool): DrawnPool {
  return {
    ...sizes,
    parts: parts
      .flatMap(({ kvBytes, ...part }): DrawnPart[] =>
        kvBytes === undefined
          ? [part]
          : [
              { ...part, use: 'kv', bytes: kvBytes },
              { ...part, use: 'compute', bytes: part.bytes - kvBytes },
            ],
      )
      .filter(({ bytes }) => bytes > 0),
  };
}

export function memoryBar({ totalBytes, usedBytes, parts }: DrawnPool): Bar {
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
export function byUse(parts: readonly DrawnPart[]): { use: DrawnUse; bytes: number }[] {
  return ORDER.map((use) => ({
    use,
    bytes: parts.filter((part) => part.use === use).reduce((sum, { bytes }) => sum + bytes, 0),
  })).filter(({ bytes }) => bytes > 0);
}

/** "12.0 of 96.0 GiB" and what uses it, for those who cannot see the bar. */
export function barLabel(name: string, pool: DrawnPool): string {
  const { totalBytes, usedBytes, parts } = pool;
  if (usedBytes === undefined) return `${name}: ${formatBytes(totalBytes)}, use not known`;
  const uses = byUse(parts).map(({ use, bytes }) => `${USE_NAMES[use]} ${formatBytes(bytes)}`);
  return [`${name}: ${formatBytes(usedBytes)} of ${formatBytes(totalBytes)}`, ...uses].join(', ');
}
