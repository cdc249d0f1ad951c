/** Puts a build's hub, worker, models and packages where nobody deletes them. */
import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import {
  copyFile,
  link,
  mkdir,
  readdir,
  rename,
  rm,
  stat,
  statfs,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { HearthError } from '../shared/protocol/errors';
import { RUNTIME_MANIFEST, runtimeManifestText } from '../shared/protocol/runtime-manifest';
import { formatBytes } from '../shared/util/format';
import {
  HUB_FILE,
  isForThisSystem,
  MODEL_FOLDER,
  NATIVE_PACKAGE,
  WORKER_FILE,
  type OwnBuild,
} from './own-build';
import { packageClosure } from './package-closure';

/** Files at a time: enough to keep a disk busy. */
const AT_ONCE = 16;
/** What packages have for people and compilers; among it the source of llama.cpp, 35 MB, which Hearth never compiles. */
const LEFT_OUT = /\.(d\.[cm]?ts|map|bundle)$/;

export interface RuntimeMaking {
  files: number;
  /** Of those that had to be copied; the others are hard links. */
  copiedBytes: number;
}

interface Entry {
  from: string;
  /** Below the runtime. */
  to: string;
  bytes: number;
  /** A build writes into its own files, and a link would change with them. */
  mustCopy: boolean;
}

export interface RuntimeDisk {
  /** Bytes that may still be written to the disk of a folder. */
  free: (folder: string) => Promise<number>;
  link: (from: string, to: string) => Promise<void>;
}

const DISK: RuntimeDisk = {
  free: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  link,
};

/**
 * Makes `target`, or finds that somebody else was faster. Other processes see all of it or nothing.
 * @throws HearthError `storage-full` with what it needs, or `storage-failed`; nothing of it stays
 */
export async function makeRuntime(
  build: OwnBuild,
  target: string,
  isWhole: (folder: string) => boolean,
  disk: RuntimeDisk = DISK,
): Promise<RuntimeMaking> {
  const temporary = join(dirname(target), `.${build.id}.${randomBytes(4).toString('hex')}.tmp`);
  let needed = 0;
  try {
    const entries = await entriesOf(build);
    needed = sum(entries);
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    const copiedBytes = await fill(temporary, entries, disk);
    await writeFile(join(temporary, RUNTIME_MANIFEST), runtimeManifestText(build.manifest));
    await moveIntoPlace(temporary, target, isWhole);
    return { files: entries.length + 1, copiedBytes };
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined); // The first error is the one to report.
    throw runtimeError(error, dirname(target), needed);
  }
}

async function entriesOf({ root }: OwnBuild): Promise<Entry[]> {
  const packages = packageClosure(root, NATIVE_PACKAGE, isForThisSystem);
  if (packages.length === 0) throw incomplete(join(root, 'node_modules', NATIVE_PACKAGE));
  const entries: Entry[] = [];
  for (const { from, to } of packages) {
    for (const path of await filesBelow(from)) {
      if (!LEFT_OUT.test(path)) entries.push(await entry(join(from, path), join(...to, path), false));
    }
  }
  const models = join(root, MODEL_FOLDER);
  for (const path of existsSync(models) ? await filesBelow(models) : []) {
    entries.push(await entry(join(models, path), join(MODEL_FOLDER, path), true));
  }
  for (const file of [HUB_FILE, `${HUB_FILE}.map`, WORKER_FILE, `${WORKER_FILE}.map`]) {
    const from = join(root, 'dist', file);
    if (existsSync(from)) entries.push(await entry(from, join('dist', file), true));
  }
  return entries;
}

async function entry(from: string, to: string, mustCopy: boolean): Promise<Entry> {
  return { from, to, bytes: (await stat(from)).size, mustCopy };
}

/** All files of a package but its own packages: those have places of their own. */
async function filesBelow(folder: string, below = folder): Promise<string[]> {
  const found: string[] = [];
  for (const item of await readdir(below, { withFileTypes: true })) {
    const path = join(below, item.name);
    if (item.isDirectory()) {
      if (item.name !== 'node_modules' || below !== folder) found.push(...(await filesBelow(folder, path)));
    } else if (item.isFile() || (item.isSymbolicLink() && (await stat(path)).isFile())) {
      found.push(relative(folder, path));
    }
  }
  return found;
}

/** @returns how many bytes were copied */
async function fill(folder: string, entries: Entry[], disk: RuntimeDisk): Promise<number> {
  const folders = new Set(entries.map(({ to }) => dirname(to)));
  for (const path of folders) await mkdir(join(folder, path), { recursive: true });
  const [first] = entries;
  // Another device, or a file system without links: the first file tells.
  const canLink = first !== undefined && (await isLinked(first, folder, disk));
  if (!canLink) await mustHaveRoom(folder, sum(entries), disk);
  const copied: Entry[] = [];
  const put = async (item: Entry): Promise<void> => {
    if (canLink && !item.mustCopy && (item === first || (await isLinked(item, folder, disk)))) return;
    copied.push(item);
    const to = join(folder, item.to);
    await copyFile(item.from, to, constants.COPYFILE_FICLONE);
    const { atime, mtime } = await stat(item.from);
    await utimes(to, atime, mtime);
  };
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let item = entries[next++]; item !== undefined; item = entries[next++]) await put(item);
  };
  const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
  // Only when all have stopped may the folder be removed.
  for (const result of lanes) if (result.status === 'rejected') throw result.reason;
  return sum(copied);
}

/** False where this file cannot be linked there. */
async function isLinked({ from, to }: Entry, folder: string, disk: RuntimeDisk): Promise<boolean> {
  try {
    await disk.link(from, join(folder, to));
    return true;
  } catch (error) {
    if (isRefusedLink(error)) return false;
    throw error;
  }
}

async function mustHaveRoom(folder: string, bytes: number, disk: RuntimeDisk): Promise<void> {
  const free = await disk.free(folder);
  if (free < bytes) throw diskFull(dirname(folder), bytes, free);
}

/** Whoever is first wins. What is damaged there, by hand or by a broken disk, is put aside for the hub to delete. */
async function moveIntoPlace(
  temporary: string,
  target: string,
  isWhole: (folder: string) => boolean,
): Promise<void> {
  for (const isLast of [false, true]) {
    try {
      await rename(temporary, target);
      return;
    } catch (error) {
      if (isWhole(target)) {
        await rm(temporary, { recursive: true, force: true });
        return;
      }
      if (isLast) throw error;
      await rename(target, `${temporary.slice(0, -'tmp'.length)}old`);
    }
  }
}

function isRefusedLink(error: unknown): boolean {
  return ['EXDEV', 'EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'].includes(
    codeOf(error),
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? '') : '';
}

function sum(entries: Entry[]): number {
  return entries.reduce((total, { bytes }) => total + bytes, 0);
}

function runtimeError(error: unknown, folder: string, needed: number): HearthError {
  if (error instanceof HearthError) return error;
  if (['ENOSPC', 'EDQUOT'].includes(codeOf(error))) return diskFull(folder, needed, undefined);
  const message = error instanceof Error ? error.message : String(error);
  return new HearthError(
    'storage-failed',
    `Hearth could not put its background process into ${folder} (${message}).`,
    'Check that the folder is writable; HEARTH_HOME can name another one.',
    error instanceof Error ? error.stack : undefined,
  );
}

function diskFull(folder: string, bytes: number, free: number | undefined): HearthError {
  const there = free === undefined ? '' : `, and ${formatBytes(free)} are free`;
  return new HearthError(
    'storage-full',
    `The disk is too full for Hearth's background process: it needs ${formatBytes(bytes)} in ${folder}${there}.`,
    'Free some space and try again, or let HEARTH_HOME name a folder on another disk; on the disk of VS Code’s extensions it takes almost no space.',
  );
}

function incomplete(missing: string): HearthError {
  return new HearthError(
    'hub-unreachable',
    `Hearth is not installed completely: ${missing} is missing.`,
    'Install Hearth again.',
  );
}
