/** RAM and swap. Linux only. */
import { known, unknown, type Known, type MemoryFacts } from '../../planner/doctor/facts';
import { parseMeminfo } from '../hardware/system-memory';
import type { SystemFiles } from './system-files';

/** @param swapInsBefore what `readSwapIns` said a moment ago */
export async function readMemory(
  files: SystemFiles,
  swapInsBefore: number | undefined,
): Promise<Known<MemoryFacts>> {
  const meminfo = await files.text('proc/meminfo');
  const found = meminfo === undefined ? undefined : parseMeminfo(meminfo);
  if (found === undefined) return unknown('The system does not say how its memory is used.');
  const now = await readSwapIns(files);
  const swappedInPages = now === undefined || swapInsBefore === undefined ? undefined : now - swapInsBefore;
  return known({
    ramBytes: found.totalBytes,
    availableBytes: found.totalBytes - found.usedBytes,
    swapBytes: found.swap?.totalBytes ?? 0,
    swapUsedBytes: found.swap?.usedBytes ?? 0,
    swappedInPages,
  });
}

/** Pages that have come back from the swap since the system's start. */
export async function readSwapIns(files: SystemFiles): Promise<number | undefined> {
  return parseSwapIns((await files.text('proc/vmstat')) ?? '');
}

export function parseSwapIns(vmstat: string): number | undefined {
  const [, count] = /^pswpin (\d+)$/m.exec(vmstat) ?? [];
  return count === undefined ? undefined : Number(count);
}
