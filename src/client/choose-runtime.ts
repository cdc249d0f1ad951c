/** Which hub a client starts: the newest that its home has and it can talk to, its own if that is the one. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HearthError } from '../shared/protocol/errors';
import {
  compareRuntimes,
  parseRuntimeManifest,
  RUNTIME_FOLDER,
  RUNTIME_MANIFEST,
  runtimeManifestText,
  UNFINISHED,
  type RuntimeManifest,
} from '../shared/protocol/runtime-manifest';
import { PROTOCOL_VERSION } from '../shared/protocol/system';
import { makeRuntime } from './make-runtime';
import { HUB_FILE, NATIVE_PACKAGE, readOwnBuild, WORKER_FILE, type OwnBuild } from './own-build';

/** Whoever is making the same runtime is waited for; making it twice would only waste disk and time. */
const WAIT_MS = 120_000;
const POLL_MS = 50;
/** Between making the mark and writing the pid into it. */
const YOUNG_MS = 2_000;

/**
 * The `hub.js` to start. An older window must not start its older hub where a newer one is: the windows would end
 * each other's hubs for ever.
 * @param hubFile the client's own build
 * @param unable what need not be tried again
 * @returns undefined when there is nothing to start: this version was removed, and there is no other
 * @throws HearthError `storage-full` or `storage-failed`, or `hub-unreachable` when the build is not whole
 */
export async function chooseRuntime(
  home: string,
  hubFile: string,
  version: string,
  unable: ReadonlySet<string> = new Set(),
): Promise<string | undefined> {
  const own = readOwnBuild(hubFile, version);
  const others = listRuntimes(home).filter(({ id }) => id !== own?.id);
  const ranked = others.map(({ id, manifest }) => ({
    id,
    manifest,
    isInstalled: existsSync(manifest.source),
  }));
  if (own !== undefined) ranked.push({ id: own.id, manifest: own.manifest, isInstalled: true });
  const fileOf = (id: string): string => join(home, RUNTIME_FOLDER, id, 'dist', HUB_FILE);
  const [best] = ranked.filter(({ id }) => !unable.has(fileOf(id))).sort((a, b) => compareRuntimes(b, a));
  if (best === undefined) return undefined;
  if (best.id === own?.id) await ensureRuntime(home, own);
  return fileOf(best.id);
}

/**
 * Makes the runtime of a build unless it is there. Any number of processes may do so at once.
 * @throws HearthError `storage-full` or `storage-failed`
 */
export async function ensureRuntime(home: string, build: OwnBuild): Promise<void> {
  const target = join(home, RUNTIME_FOLDER, build.id);
  if (!isWhole(target)) {
    try {
      await mkdir(join(home, RUNTIME_FOLDER), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw cannotWrite(home, error);
    }
    const release = await claim(join(home, RUNTIME_FOLDER, `.${build.id}.pid`), () => isWhole(target));
    try {
      if (!isWhole(target)) await makeRuntime(build, target, isWhole);
    } finally {
      await release();
    }
  }
  await refreshManifest(target, build);
}

/** The runtimes of a home that speak this client's protocol. */
function listRuntimes(home: string): { id: string; manifest: RuntimeManifest }[] {
  const folder = join(home, RUNTIME_FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((id) => {
    if (UNFINISHED.test(id) || !isWhole(join(folder, id))) return [];
    const manifest = readRuntimeManifest(home, id);
    return manifest?.protocol === PROTOCOL_VERSION ? [{ id, manifest }] : [];
  });
}

/** Undefined where there is no such runtime any more. */
export function readRuntimeManifest(home: string, id: string): RuntimeManifest | undefined {
  try {
    return parseRuntimeManifest(readFileSync(join(home, RUNTIME_FOLDER, id, RUNTIME_MANIFEST), 'utf8'));
  } catch {
    return undefined;
  }
}

/** A few looks: a runtime appears all at once, so only what somebody deleted by hand can be missing. */
function isWhole(folder: string): boolean {
  const parts = [
    join('dist', HUB_FILE),
    join('dist', WORKER_FILE),
    join('node_modules', NATIVE_PACKAGE, 'package.json'),
    RUNTIME_MANIFEST,
  ];
  return parts.every((part) => existsSync(join(folder, part)));
}

/** The same files, built or installed anew: what is written down decides which build is the newest. */
async function refreshManifest(target: string, { manifest }: OwnBuild): Promise<void> {
  const path = join(target, RUNTIME_MANIFEST);
  const old = parseRuntimeManifest(await readFile(path, 'utf8').catch(() => ''));
  if (old !== undefined && old.builtAt >= manifest.builtAt && existsSync(old.source)) return;
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, runtimeManifestText(manifest));
    await rename(temporary, path);
  } catch (error) {
    throw cannotWrite(target, error);
  }
}

/**
 * Marks a runtime as being made by this process. It is an economy only: a mark that is lost or taken twice does no
 * harm, since a runtime is moved into place whole.
 */
async function claim(path: string, isDone: () => boolean): Promise<() => Promise<void>> {
  const deadline = performance.now() + WAIT_MS;
  while (!isDone() && performance.now() < deadline) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') break; // Making the runtime says what is wrong.
    }
    if (isAtWork(path)) await delay(POLL_MS);
    else await rm(path, { force: true });
  }
  return () => Promise.resolve();
}

/** Whether the process that made the mark may still be there. */
function isAtWork(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    if (pid === 0) return Date.now() - statSync(path).mtimeMs < YOUNG_MS;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function cannotWrite(folder: string, error: unknown): HearthError {
  return new HearthError(
    'storage-failed',
    `Hearth cannot write to its folder ${folder} (${error instanceof Error ? error.message : String(error)}).`,
    'Make the folder writable, or set HEARTH_HOME to another one.',
  );
}
