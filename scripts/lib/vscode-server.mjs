// Runs VS Code's server with a data folder of its own, optionally with an extension linked into it.
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ScriptError, reasonOf } from './log.mjs';
import { endGroup, spawnGroup } from './processes.mjs';

const START_LIMIT_MS = 60_000;

/** What every window of ours wants: no greeting, no telemetry, no look outside, Hearth's side bar alone. */
export const QUIET_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * Starts a server and resolves when it listens on 127.0.0.1.
 * @param {object} options
 * @param {{ node: string, serverMain: string }} options.server what `ensureCodeServer` found
 * @param {string} options.dataDir its own folder for settings, logs and extensions
 * @param {number | string} [options.port] a port, a range like `8417-8437`, or 0 for any
 * @param {string} [options.tokenFile] a file with the connection token; without it the server asks for none
 * @param {boolean} [options.testDriver] accepts development and test extensions from the URL
 * @param {Record<string, string | undefined>} [options.env]
 */
export async function startVscodeServer({
  server,
  dataDir,
  port = 0,
  tokenFile,
  testDriver = false,
  env = {},
}) {
  if (typeof port === 'number' && port !== 0) await checkPort(port);
  mkdirSync(dataDir, { recursive: true });
  const args = [
    server.serverMain,
    ...['--host', '127.0.0.1', '--port', String(port)],
    ...['--accept-server-license-terms', '--telemetry-level', 'off'],
    ...['--server-data-dir', dataDir, '--extensions-dir', extensionsIn(dataDir)],
    ...(tokenFile === undefined ? ['--without-connection-token'] : ['--connection-token-file', tokenFile]),
    ...(testDriver ? ['--enable-smoke-test-driver'] : []),
  ];
  const child = spawnGroup(server.node, args, {
    env: { ...environmentOutsideVscode(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const actualPort = await listening(child);
    return {
      port: actualPort,
      origin: `http://127.0.0.1:${actualPort}`,
      process: child,
      stop: () => endGroup(child.pid),
    };
  } catch (error) {
    await endGroup(child.pid);
    throw error;
  }
}

/** Settings of the user and of the machine; `keep` leaves a file that is there as it is. */
export function writeSettings(dataDir, settings, { keep = false } = {}) {
  for (const scope of ['User', 'Machine']) {
    const folder = join(dataDir, 'data', scope);
    const file = join(folder, 'settings.json');
    if (keep && existsSync(file)) continue;
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
  }
}

/**
 * Installs the checkout as an extension, by a link: every window has it, whatever its URL, and a rebuild is there after
 * a reload. (`extensionDevelopmentPath` in the URL would get lost with the first link that lacks it, and a location
 * straight into the checkout would let "Uninstall" delete the checkout; of a link, only the link is removed.)
 */
export function linkExtension(dataDir, root, { publisher, name, version }) {
  const folder = extensionsIn(dataDir);
  const relativeLocation = `${publisher}.${name}-${version}`;
  const link = join(folder, relativeLocation);
  mkdirSync(folder, { recursive: true });
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link, { recursive: false });
  symlinkSync(root, link, 'junction');
  const entry = {
    identifier: { id: `${publisher}.${name}` },
    version,
    location: { $mid: 1, path: link, scheme: 'file' },
    relativeLocation,
    metadata: {
      isApplicationScoped: false,
      isMachineScoped: false,
      isBuiltin: false,
      installedTimestamp: Date.now(),
    },
  };
  writeFileSync(join(folder, 'extensions.json'), JSON.stringify([entry]));
  rmSync(join(folder, '.obsolete'), { force: true });
}

/** Started from a terminal of VS Code, a child would take that window's sockets and flags for its own. */
export function environmentOutsideVscode() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|CODE_SERVER_|npm_)/i.test(name)),
  );
}

function extensionsIn(dataDir) {
  return join(dataDir, 'extensions');
}

/** Waits for the line in which the server names its port. */
function listening(child) {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (reason) => {
      clearTimeout(timer);
      reject(new ScriptError(`VS Code's server did not start: ${reason}.\n${output.trimEnd()}`));
    };
    const timer = setTimeout(() => fail(`it was not ready after ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
    const take = (chunk) => {
      output = (output + chunk).slice(-20_000);
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', (error) => fail(reasonOf(error)));
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? `exit code ${code}`}`));
  });
}

function checkPort(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) =>
      reject(
        new ScriptError(
          error.code === 'EADDRINUSE'
            ? `Port ${port} is taken by another program. Choose another one with --port, or leave it out.`
            : `Port ${port} cannot be used (${error.message}).`,
        ),
      ),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(undefined)));
  });
}
