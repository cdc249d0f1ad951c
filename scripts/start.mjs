// npm start: opens VS Code with Hearth in it, from a fresh clone if need be.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder } from './lib/cache.mjs';
import { ensureCodeServer } from './lib/code-server.mjs';
import { ScriptError, reasonOf, runMain, say } from './lib/log.mjs';
import { ROOT, build, checkNode, ensureDependencies, readManifest } from './lib/project.mjs';
import { findDesktop, openDesktop } from './lib/vscode-desktop.mjs';
import { QUIET_SETTINGS, linkExtension, startVscodeServer, writeSettings } from './lib/vscode-server.mjs';

const HELP = `npm start [-- OPTIONS] [FOLDER]

Builds Hearth and opens VS Code with it: your desktop VS Code if there is one, otherwise VS Code in the browser.
The window has a profile of its own; your settings and extensions are not touched.

  FOLDER         the folder to open (default: a small demo workspace)
  --browser      VS Code in the browser even if a desktop VS Code is there
  --headless     like --browser, but opens nothing: one JSON line with the URL on stdout when it is ready
                 (npm start --silent -- … keeps npm's own lines off stdout)
  --port N       the port in the browser (default: the first free one from 8417)
  --no-build     opens what was built before
  --reinstall    installs VS Code's server and the dependencies anew
  --help         this text

HEARTH_CACHE is where VS Code's server and the profile are kept, HEARTH_HOME where Hearth keeps models and
conversations, HEARTH_VSCODE the VS Code executable to use.`;

/** The same port from start to start keeps what the browser remembers for this address. */
const DEFAULT_PORTS = '8417-8447';

await runMain(async () => {
  checkNode();
  const { values, positionals } = readArguments();
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  if (!values['no-build']) {
    await ensureDependencies({ force: values.reinstall });
    await build();
  }
  const manifest = readManifest();
  const profile = join(cacheFolder(), 'profile');
  const folder = positionals[0] === undefined ? demoWorkspace() : existingFolder(positionals[0]);
  if (!values.headless && !values.browser && values.port === undefined) {
    const desktop = await findDesktop(manifest.engines.vscode.replace(/^\D+/, ''));
    if (desktop !== undefined) return inDesktop(desktop, profile, folder);
    say('No desktop VS Code was found: opening VS Code in the browser.');
  }
  return inBrowser({ manifest, profile: join(profile, 'browser'), folder, ...values });
});

async function inDesktop(executable, profile, folder) {
  const userDataDir = join(profile, 'desktop');
  const settings = join(userDataDir, 'User', 'settings.json');
  if (!existsSync(settings)) {
    mkdirSync(join(userDataDir, 'User'), { recursive: true });
    writeFileSync(settings, `${JSON.stringify(QUIET_SETTINGS, null, 2)}\n`);
  }
  await openDesktop(executable, {
    root: ROOT,
    userDataDir,
    extensionsDir: join(profile, 'desktop-extensions'),
    folder,
  });
  say(`VS Code opens with Hearth and ${folder}. Click the flame in the activity bar.`);
  return 0;
}

async function inBrowser({ manifest, profile, folder, port, headless, reinstall }) {
  const server = await ensureCodeServer({ reinstall });
  writeSettings(profile, QUIET_SETTINGS, { keep: true });
  linkExtension(profile, ROOT, manifest);
  const token = connectionToken(profile);
  const running = await startVscodeServer({
    server,
    dataDir: profile,
    port: port === undefined ? DEFAULT_PORTS : portNumber(port),
    tokenFile: token.file,
  });
  const url = `${running.origin}/?folder=${encodeURIComponent(folder)}&tkn=${token.value}`;
  if (headless)
    process.stdout.write(`${JSON.stringify({ url, port: running.port, pid: process.pid, folder })}\n`);
  else openBrowser(url);
  say(`VS Code with Hearth is at ${url}`);
  say('Ctrl-C ends it. (A loaded model stays loaded until Hearth unloads it: node dist/cli.js stop)');
  // Without this, the end of the server would leave a script that waits for nothing.
  const [code, signal] = await new Promise((resolvePromise) =>
    running.process.once('exit', (...end) => resolvePromise(end)),
  );
  throw new ScriptError(`VS Code's server has ended (${signal ?? `exit code ${code}`}).`);
}

/** Anyone who can open the port can run programs as this user: even on 127.0.0.1 that takes a secret. */
function connectionToken(profile) {
  const file = join(profile, 'connection-token');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' });
  return { file, value: readFileSync(file, 'utf8').trim() };
}

/** A copy that may be edited; what an earlier start left there is kept. */
function demoWorkspace() {
  const folder = join(cacheFolder(), 'demo-workspace');
  if (!existsSync(folder)) cpSync(join(ROOT, 'media', 'demo-workspace'), folder, { recursive: true });
  return folder;
}

function existingFolder(path) {
  const folder = resolve(path);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ScriptError(`${folder} is not a folder.`);
  return folder;
}

function portNumber(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new ScriptError(`--port ${text} is not a port.`);
  return port;
}

function openBrowser(url) {
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd.exe', ['/d', '/c', 'start', '', url.replaceAll('&', '^&')]]
        : ['xdg-open', [url]];
  const child = spawn(command, args, { detached: true, stdio: 'ignore' });
  child.once('error', () => say('No browser could be opened: open the address below yourself.'));
  child.unref();
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        browser: { type: 'boolean', default: false },
        headless: { type: 'boolean', default: false },
        port: { type: 'string' },
        'no-build': { type: 'boolean', default: false },
        reinstall: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new ScriptError(`${reasonOf(error)}\n\n${HELP}`);
  }
}
