// Puts VS Code's server (from code-server's npm package) and the Node that it needs into the cache.
// Everything comes from the npm registry; VS Code's own download host is not needed.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { cached, removeCached } from './cache.mjs';
import { ScriptError, say } from './log.mjs';
import { isOnPath, mustRun, npm, run } from './processes.mjs';

export const CODE_SERVER_VERSION = '4.139.1';
/** code-server refuses every other major version. */
const NODE_MAJOR = '24';
const STEP_LIMIT_MS = 15 * 60_000;

/** The native modules that VS Code's server really uses. Building all of them needs Kerberos' headers. */
const NATIVE_MODULES = ['@vscode/spdlog', '@vscode/native-watchdog', 'node-pty', '@vscode/sqlite3'];

const FOLDER = `code-server-${CODE_SERVER_VERSION}-node${NODE_MAJOR}-${process.platform}-${process.arch}`;

/**
 * The installed server, installed first if it is missing (about 800 MB and one to three minutes).
 * @returns {Promise<{ node: string, serverMain: string, version: string }>}
 */
export async function ensureCodeServer({ reinstall = false } = {}) {
  if (process.platform === 'win32') {
    throw new ScriptError(
      "code-server's VS Code does not run on Windows. Install VS Code (https://code.visualstudio.com) and start again.",
    );
  }
  if (reinstall) removeCached(FOLDER);
  const folder = await cached(FOLDER, install);
  return {
    node: nodeIn(folder),
    serverMain: join(vscodeIn(folder), 'out', 'server-main.js'),
    version: CODE_SERVER_VERSION,
  };
}

/** Every step is recorded when it is done, so an interrupted installation goes on where it stopped. */
async function install(folder) {
  const started = Date.now();
  say(`Installing VS Code's server ${CODE_SERVER_VERSION} (once; about 800 MB, one to three minutes)`);
  const steps = [
    ['Node 24', () => installNode(folder)],
    ['code-server', () => installPackage(folder)],
    [
      "the server's libraries",
      () => npmIn(folder, vscodeIn(folder), ['install', '--omit=dev', '--ignore-scripts']),
    ],
    ['its native modules', () => buildNativeModules(folder)],
    [
      "VS Code's own extensions",
      () => npmIn(folder, join(vscodeIn(folder), 'extensions'), ['install', '--omit=dev']),
    ],
    ['a first start', () => check(folder)],
  ];
  for (const [index, [what, act]] of steps.entries()) {
    const label = `  ${index + 1}/${steps.length} ${what}`;
    const done = join(folder, `.step-${index + 1}-done`);
    if (existsSync(done)) {
      say(`${label}: done before`);
      continue;
    }
    const stepStarted = Date.now();
    say(`${label} …`);
    await act();
    writeFileSync(done, '');
    say(`${label}: ${seconds(stepStarted)} s`);
  }
  say(`VS Code's server is installed (${seconds(started)} s).`);
}

async function installNode(folder) {
  // The package `node` finds the right binary in an install script; on Linux the binary's own package needs none.
  const linux = process.platform === 'linux';
  const name = linux ? `node-linux-${process.arch}` : 'node';
  const target = join(folder, 'node');
  preparePackage(target);
  await runNpm(
    ['install', ...(linux ? ['--ignore-scripts'] : []), `${name}@${NODE_MAJOR}`],
    target,
    process.env,
  );
  if (!existsSync(nodeIn(folder))) {
    throw new ScriptError(
      `The npm package ${name}@${NODE_MAJOR} has no Node for ${process.platform} ${process.arch}.`,
    );
  }
}

async function installPackage(folder) {
  const target = join(folder, 'server');
  preparePackage(target);
  await npmIn(folder, target, [
    'install',
    '--omit=dev',
    '--ignore-scripts',
    `code-server@${CODE_SERVER_VERSION}`,
  ]);
}

async function buildNativeModules(folder) {
  const missing = ['make', 'c++', 'python3'].filter((tool) => !isOnPath(tool));
  if (missing.length > 0) {
    throw new ScriptError(
      `VS Code's server has native modules to compile, and ${missing.join(', ')} cannot be found. ` +
        (process.platform === 'darwin'
          ? 'Install them with: xcode-select --install'
          : 'On Debian and Ubuntu: apt-get install -y build-essential python3'),
    );
  }
  await npmIn(folder, vscodeIn(folder), ['rebuild', ...NATIVE_MODULES]);
}

/** Starts what was installed; if that fails the next attempt begins from nothing, not from what is broken. */
async function check(folder) {
  const serverMain = join(vscodeIn(folder), 'out', 'server-main.js');
  const { version } = JSON.parse(readFileSync(join(vscodeIn(folder), 'package.json'), 'utf8'));
  const { output } = await run(nodeIn(folder), [serverMain, '--version'], { timeoutMs: 60_000 });
  if (output.includes(version)) return;
  rmSync(folder, { recursive: true, force: true });
  throw new ScriptError(`VS Code's server was installed but does not start:\n${output}`);
}

/** npm run by the installed Node, so that native modules are built for it and not for the Node of this script. */
function npmIn(folder, cwd, args) {
  const node = nodeIn(folder);
  const headers = dirname(dirname(node));
  return runNpm(
    args,
    cwd,
    {
      ...process.env,
      JOBS: String(availableParallelism()), // node-gyp compiles with one core unless told.
      PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
      // The Node package brings its headers along: no download for node-gyp, and never another version's headers.
      ...(existsSync(join(headers, 'include', 'node')) ? { npm_config_nodedir: headers } : {}),
    },
    node,
  );
}

async function runNpm(args, cwd, env, node) {
  const [command, commandArgs] = npm(
    [...args, '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
    node,
  );
  await mustRun(`npm ${args[0]} in ${cwd}`, command, commandArgs, {
    cwd,
    env: withoutNpmState(env),
    timeoutMs: STEP_LIMIT_MS,
  });
}

/** Without what an outer `npm run` left in the environment: its prefix and project settings are not these packages'. */
function withoutNpmState(env) {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^npm_(package_|lifecycle_|config_(local_)?prefix$|config_global|command$)/i.test(name),
    ),
  );
}

/** A package.json of its own keeps npm from walking up to another project's. */
function preparePackage(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
}

function nodeIn(folder) {
  const name = process.platform === 'linux' ? `node-linux-${process.arch}` : 'node';
  return join(folder, 'node', 'node_modules', name, 'bin', 'node');
}

function vscodeIn(folder) {
  return join(folder, 'server', 'node_modules', 'code-server', 'lib', 'vscode');
}

function seconds(since) {
  return ((Date.now() - since) / 1000).toFixed(0);
}
