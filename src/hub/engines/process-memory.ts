/** What the system says of RAM: the machine's, and one process's. */
import { freemem, totalmem } from 'node:os';
import { readProcessMemory } from '../hardware/system-memory';
import type { RamFacts } from './memory-claims';

/** The machine's RAM, or what a container may have of it. */
export function readRam(): RamFacts {
  const totalBytes = totalmem();
  const limit = process.constrainedMemory();
  // What a container has used includes files that could be dropped, so that says nothing.
  if (limit > 0 && limit < totalBytes) return { totalBytes: limit, usedBytes: undefined };
  // On macOS, "free" leaves out what the system would give at once.
  const usedBytes = process.platform === 'darwin' ? undefined : totalBytes - freemem();
  return { totalBytes, usedBytes };
}

/** Bytes of RAM that are no page of a file; undefined where the system does not say, or the process is gone. */
export async function anonymousBytes(pid: number | undefined): Promise<number | undefined> {
  return pid === undefined ? undefined : (await readProcessMemory(pid))?.anonymousBytes;
}
