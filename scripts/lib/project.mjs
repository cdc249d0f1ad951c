// The checkout: its dependencies and its build.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ScriptError, say } from './log.mjs';
import { mustRun, npm } from './processes.mjs';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const INSTALL_LIMIT_MS = 10 * 60_000;
const BUILD_LIMIT_MS = 3 * 60_000;

export function readManifest() {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
}

/** Runs `npm ci` unless what is installed is what package-lock.json asks for. */
export async function ensureDependencies({ force = false } = {}) {
  const reason = force ? 'asked for' : whyInstall();
  if (reason === undefined) return;
  say(`Installing dependencies (${reason}) …`);
  await runNpm('Installing the dependencies', ['ci'], INSTALL_LIMIT_MS);
}

export async function build() {
  say('Building …');
  await runNpm('The build', ['run', 'build', '--silent'], BUILD_LIMIT_MS);
}

/** Fails in a sentence where this Node is too old for the rest to fail in riddles. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new ScriptError(`Hearth needs Node 20.19 or newer; this is ${process.versions.node}.`);
  }
}

async function runNpm(what, args, timeoutMs) {
  const [command, commandArgs] = npm(args);
  await mustRun(what, command, commandArgs, { cwd: ROOT, timeoutMs });
}

/** npm leaves a list of what it has installed, written last: an interrupted installation has none. */
function whyInstall() {
  const installedFile = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'none are there';
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  for (const [path, { version, optional, devOptional, peer }] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = installed[path];
    // An optional package is left out where it does not fit the platform.
    if (found === undefined && (optional || devOptional || peer)) continue;
    if (found?.version !== version) return `${path.replace(/^.*node_modules\//, '')} is not at ${version}`;
  }
  return undefined;
}
