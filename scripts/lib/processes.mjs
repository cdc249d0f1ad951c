// Child processes that end together with everything that they started.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ScriptError, reasonOf } from './log.mjs';

const WINDOWS = process.platform === 'win32';
const TERM_GRACE_MS = 5_000;
const POLL_MS = 20;
const TAIL_LINES = 40;

/** Groups that still run; ended when this process ends for any reason that it can notice. */
const running = new Set();
let hooksInstalled = false;

/** Starts a command as the leader of a process group of its own. */
export function spawnGroup(command, args, options = {}) {
  const child = spawn(command, args, { ...options, detached: !WINDOWS, windowsHide: true });
  if (child.pid !== undefined) {
    installHooks();
    running.add(child.pid);
  }
  return child;
}

/** Ends a group: politely, then by force. Returns when no process of it is left. */
export async function endGroup(pid, graceMs = TERM_GRACE_MS) {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  if (!(await groupGone(pid, graceMs))) {
    signalGroup(pid, 'SIGKILL');
    await groupGone(pid, graceMs);
  }
  running.delete(pid);
}

/**
 * Runs a command to its end and returns `{ code, signal, timedOut, output }`.
 * `stdio: 'inherit'` shows its output on stderr; otherwise the output is kept. `timeoutMs` ends its whole group.
 */
export async function run(command, args, options = {}) {
  const { timeoutMs, show = false, onLine, ...rest } = options;
  const child = spawnGroup(command, args, { ...rest, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let partial = '';
  const take = (chunk) => {
    output += chunk;
    if (show) process.stderr.write(chunk);
    if (onLine === undefined) return;
    const lines = (partial + chunk).split('\n');
    partial = lines.pop();
    lines.forEach(onLine);
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  let timedOut = false;
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          void endGroup(child.pid);
        }, timeoutMs);
  try {
    const { code, signal } = await new Promise((resolve, reject) => {
      child.once('error', reject);
      // 'exit', not 'close': a detached grandchild may hold the pipes long after the command itself has ended.
      child.once('exit', (exitCode, exitSignal) => {
        const done = () => resolve({ code: exitCode, signal: exitSignal });
        child.once('close', done);
        setTimeout(done, 500).unref();
      });
    });
    return { code, signal, timedOut, output };
  } finally {
    clearTimeout(timer);
    await endGroup(child.pid, 2_000);
  }
}

/** Runs a command that has to succeed. @throws ScriptError with what was wanted and the end of the output. */
export async function mustRun(what, command, args, options = {}) {
  let result;
  try {
    result = await run(command, args, options);
  } catch (error) {
    throw new ScriptError(`${what} failed: ${command} could not be started (${reasonOf(error)}).`);
  }
  if (result.code === 0) return result.output;
  const end = result.timedOut
    ? 'it ran past its time limit'
    : `it ended with ${result.signal ?? `exit code ${result.code}`}`;
  const tail = options.show ? '' : `\n${result.output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')}`;
  throw new ScriptError(`${what} failed: ${end}.${tail}`);
}

/** npm, as an executable and its first arguments: through Node itself, because on Windows `npm` is a script. */
export function npm(args, nodeExecutable = process.execPath) {
  const cli = process.env.npm_execpath;
  if (cli !== undefined && /npm-cli\.[cm]?js$/.test(cli)) return [nodeExecutable, [cli, ...args]];
  return WINDOWS ? ['cmd.exe', ['/d', '/s', '/c', 'npm', ...args]] : ['npm', args];
}

/** The full path of a program on PATH, or undefined. */
export function findOnPath(program) {
  const extensions = WINDOWS ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const extension of extensions) {
      const file = join(folder, program + extension);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

export function isOnPath(program) {
  return findOnPath(program) !== undefined;
}

function signalGroup(pid, signal) {
  try {
    if (WINDOWS) spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true });
    else process.kill(-pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}

async function groupGone(pid, withinMs) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      process.kill(WINDOWS ? pid : -pid, 0);
    } catch {
      return true;
    }
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
}

function installHooks() {
  if (hooksInstalled) return;
  hooksInstalled = true;
  const endAll = () => {
    for (const pid of running) signalGroup(pid, 'SIGKILL');
  };
  process.once('exit', endAll);
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ]) {
    process.once(signal, () => {
      for (const pid of running) signalGroup(pid, 'SIGTERM');
      process.exit(128 + number); // Runs `endAll`.
    });
  }
}
