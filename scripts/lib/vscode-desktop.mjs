// Finds and opens a desktop VS Code.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { say } from './log.mjs';
import { findOnPath, run } from './processes.mjs';
import { environmentOutsideVscode } from './vscode-server.mjs';

const NAMES = ['code', 'code-insiders', 'codium'];

/** The executable of a desktop VS Code that can open a window here, or undefined. `$HEARTH_VSCODE` names one. */
export async function findDesktop(minimumVersion) {
  const own = process.env.HEARTH_VSCODE;
  if (own) return own;
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return undefined;
  for (const candidate of candidates()) {
    if (!existsSync(candidate) || isRemoteCommand(candidate)) continue;
    const version = await versionOf(candidate);
    if (version === undefined) continue;
    if (isAtLeast(version, minimumVersion)) return candidate;
    say(`${candidate} is VS Code ${version}; Hearth needs ${minimumVersion}.`);
  }
  return undefined;
}

/** Opens a window and returns at once: it is the user's, and stays when the terminal is closed. */
export async function openDesktop(executable, { root, userDataDir, extensionsDir, folder, env }) {
  const args = [
    `--extensionDevelopmentPath=${root}`,
    `--user-data-dir=${userDataDir}`,
    `--extensions-dir=${extensionsDir}`,
    ...['--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', '--new-window'],
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    folder,
  ];
  const child = spawn(executable, args, {
    detached: true,
    stdio: 'ignore',
    env: { ...environmentOutsideVscode(), ...env },
  });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
}

function candidates() {
  if (process.platform === 'darwin') {
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
      [
        'Visual Studio Code.app/Contents/Resources/app/bin/code',
        'Visual Studio Code - Insiders.app/Contents/Resources/app/bin/code',
        'VSCodium.app/Contents/Resources/app/bin/codium',
      ].map((path) => join(folder, path)),
    );
  }
  if (process.platform === 'win32') {
    // The executable itself: Node does not start the .cmd file on PATH without a shell.
    return [join(process.env.LOCALAPPDATA ?? '', 'Programs'), process.env.ProgramFiles ?? ''].flatMap(
      (folder) => [
        join(folder, 'Microsoft VS Code', 'Code.exe'),
        join(folder, 'Microsoft VS Code Insiders', 'Code - Insiders.exe'),
        join(folder, 'VSCodium', 'VSCodium.exe'),
      ],
    );
  }
  return [
    ...NAMES.map(findOnPath).filter((path) => path !== undefined),
    ...[
      '/usr/bin/code',
      '/usr/share/code/bin/code',
      '/snap/bin/code',
      '/var/lib/flatpak/exports/bin/com.visualstudio.code',
    ],
  ];
}

/** In a terminal of a remote VS Code (SSH, WSL, code-server), `code` talks to that window and cannot open one of ours. */
function isRemoteCommand(file) {
  return /remote-cli|code-server|vscode-server/.test(realpathSync(file));
}

async function versionOf(executable) {
  if (process.platform === 'win32') return '999.0.0'; // Code.exe --version would open a window.
  try {
    const root = process.getuid?.() === 0 ? ['--no-sandbox', '--user-data-dir=/nonexistent'] : [];
    const { code, output } = await run(executable, ['--version', ...root], { timeoutMs: 20_000 });
    return code === 0 ? /^(\d+\.\d+\.\d+)/m.exec(output)?.[1] : undefined;
  } catch {
    return undefined;
  }
}

function isAtLeast(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.split('.').map(Number));
  return a[0] !== b[0] ? a[0] > b[0] : a[1] >= b[1];
}
