/** One process at a time, by a folder that only one can make. For what takes milliseconds. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../storage/atomic-file';

/** Who has been at it for this long was killed meanwhile. */
const ABANDONED_MS = 10_000;

/**
 * Runs `action` while no other process does so with the same `folder`, whose parent is there.
 * @returns undefined, and nothing was run, when another is at it
 */
export async function alone<T>(folder: string, action: () => Promise<T>): Promise<T | undefined> {
  if (!enter(folder)) return undefined;
  try {
    return await action();
  } finally {
    leave(folder);
  }
}

/**
 * A folder that was abandoned is not removed, for that two could do, and the second would remove the first one's new
 * one: who goes on from there makes a folder in it, which again only one can.
 */
function enter(folder: string): boolean {
  for (let mine = folder; ; mine = join(mine, 'next')) {
    try {
      mkdirSync(mine, { mode: 0o700 });
      return true;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return false; // The one before has just left.
      if (!isErrno(error, 'EEXIST')) throw error;
    }
    const age = ageMs(mine);
    if (age === undefined || age < ABANDONED_MS) return false;
  }
}

/** All at once: piece by piece, the last could be another one's that has come meanwhile. */
function leave(folder: string): void {
  const left = `${folder}.${randomBytes(6).toString('hex')}`;
  renameSync(folder, left);
  rmSync(left, { recursive: true, force: true });
}

/** Since something was last made in it; undefined when it is gone. A time yet to come counts as well. */
function ageMs(folder: string): number | undefined {
  const mtimeMs = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
  return mtimeMs === undefined ? undefined : Math.abs(Date.now() - mtimeMs);
}
