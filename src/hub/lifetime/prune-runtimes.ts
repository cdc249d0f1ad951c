/** Deletes the runtimes of earlier versions: VS Code removes their extensions, and nobody else would tidy up. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compareRuntimes,
  parseRuntimeManifest,
  RUNTIME_MANIFEST,
  UNFINISHED,
  type RankedRuntime,
} from '../../shared/protocol/runtime-manifest';
import { readIfThere } from '../storage/atomic-file';

/** A copy that has not grown for so long is not being made any more. */
const ABANDONED_MS = 60 * 60_000;

/**
 * Keeps the running hub's own runtime and the one that the next hub is started from.
 * @param own the folder's name of the runtime that this hub runs from, if it does
 * @returns the names of what was deleted
 * @throws when the folder cannot be read or a runtime not be deleted: the next hub tries again
 */
export async function pruneRuntimes(folder: string, own: string | undefined): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  const finished = names.filter((name) => !UNFINISHED.test(name));
  const ranked = await Promise.all(
    finished.map(async (name) => ({ name, rank: await rankOf(folder, name) })),
  );
  let newest: { name: string; rank: RankedRuntime } | undefined;
  for (const { name, rank } of ranked) {
    if (rank === undefined) continue;
    if (newest === undefined || compareRuntimes(rank, newest.rank) > 0) newest = { name, rank };
  }
  const deleted: string[] = [];
  for (const name of finished) {
    if (name === own || name === newest?.name) continue;
    // Under another name first: half of a runtime must never look like a whole one.
    const doomed = join(folder, `.${name}.${randomBytes(4).toString('hex')}.old`);
    await rename(join(folder, name), doomed);
    await rm(doomed, { recursive: true, force: true });
    deleted.push(name);
  }
  for (const name of names.filter((name) => UNFINISHED.test(name))) {
    if (!(await isAbandoned(join(folder, name)))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
    deleted.push(name);
  }
  return deleted;
}

async function rankOf(folder: string, name: string): Promise<RankedRuntime | undefined> {
  const text = await readIfThere(join(folder, name, RUNTIME_MANIFEST));
  const manifest = text === undefined ? undefined : parseRuntimeManifest(text);
  return manifest && { manifest, isInstalled: existsSync(manifest.source) };
}

async function isAbandoned(path: string): Promise<boolean> {
  if (path.endsWith('.old')) return true;
  const { mtimeMs } = await stat(path);
  return Date.now() - mtimeMs > ABANDONED_MS;
}
