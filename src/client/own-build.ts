/** The build of Hearth that this client came with: what a runtime is made from. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RuntimeManifest } from '../shared/protocol/runtime-manifest';
import { PROTOCOL_VERSION } from '../shared/protocol/system';
import { findPackage } from './package-closure';

export const HUB_FILE = 'hub.js';
export const WORKER_FILE = 'worker.mjs';
/** What the worker loads llama.cpp with. */
export const NATIVE_PACKAGE = 'node-llama-cpp';
/** Where the bundled models lie, below the build's root. */
export const MODEL_FOLDER = 'models';
const ID_LENGTH = 12;

export interface OwnBuild {
  /** The folder that has `dist/`. */
  root: string;
  /** The name of its runtime: another one when any of its files changes. */
  id: string;
  manifest: RuntimeManifest;
}

/** Undefined once VS Code has deleted this version's folder, or a build has just emptied it. */
export function readOwnBuild(hubFile: string, version: string): OwnBuild | undefined {
  const root = dirname(dirname(hubFile));
  const files = [hubFile, join(dirname(hubFile), WORKER_FILE)];
  try {
    const builtAt = Math.max(...files.map((file) => Math.floor(statSync(file).mtimeMs)));
    const hash = createHash('sha256');
    for (const file of files) hash.update(readFileSync(file));
    hash.update(JSON.stringify([nativeParts(root), bundledModels(root)]));
    return {
      root,
      id: `${version}-${hash.digest('hex').slice(0, ID_LENGTH)}`,
      manifest: { version, protocol: PROTOCOL_VERSION, builtAt, source: hubFile },
    };
  } catch {
    return undefined;
  }
}

/** Whether this system could run a package with llama.cpp's binaries. */
export function isForThisSystem(name: string): boolean {
  if (!name.startsWith('@node-llama-cpp/')) return true;
  const system = { darwin: 'mac', win32: 'win' }[process.platform as string] ?? process.platform;
  const processor = { arm: 'armv7l' }[process.arch as string] ?? process.arch;
  const own = `@node-llama-cpp/${system}-${processor}`;
  return name === own || name.startsWith(`${own}-`);
}

/** Which llama.cpp, and for which devices: a package that is installed later makes another runtime. */
function nativeParts(root: string): string[] {
  const folder = findPackage(root, NATIVE_PACKAGE);
  if (folder === undefined) return [];
  const { version, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as { version: string; optionalDependencies?: Record<string, string> };
  const binaries = Object.keys(optionalDependencies).filter(
    (name) => isForThisSystem(name) && findPackage(folder, name) !== undefined,
  );
  return [version, ...binaries.sort()];
}

function bundledModels(root: string): string[] {
  const path = join(root, MODEL_FOLDER);
  if (!existsSync(path)) return [];
  // Too large to read here; a model that was trained anew has the size of the one before.
  return readdirSync(path)
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(path, name));
      return `${name}:${size}:${Math.floor(mtimeMs)}`;
    });
}
