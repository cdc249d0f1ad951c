/** The processes that a record names, looked at from outside: for a hub that does not answer any more. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HearthError } from '../shared/protocol/errors';
import { HUB_RECORD_FILE, type HubRecord } from '../shared/protocol/hub-record';
import { HUB_FILE, WORKER_FILE } from './own-build';

const POLL_MS = 20;
/** Workers end by themselves within 2 s of their hub. */
const WORKERS_MS = 4_000;
const KILL_MS = 5_000;

/**
 * Ends a hub that does not do so when it is asked to, and its workers; nobody else's process.
 * @param patienceMs how long it may take to end by itself, after a signal that lets it
 * @returns false when it was gone already
 * @throws HearthError `hub-unreachable` when it cannot be ended, or cannot be told from another program
 */
export async function endHub(home: string, record: HubRecord, patienceMs = 0): Promise<boolean> {
  const { pid, workers } = record;
  if (!isAlive(pid) || !isOfThisBoot(record)) return false;
  const line = commandLine(pid);
  if (line === undefined) throw cannotEnd(pid, 'and what it is cannot be told');
  // The pid is another program's by now.
  if (!line.includes(HUB_FILE)) return false;
  if (patienceMs > 0) {
    kill(pid, 'SIGTERM');
    await gone([pid], patienceMs);
  }
  kill(pid, 'SIGKILL');
  if (!(await gone([pid], KILL_MS))) throw cannotEnd(pid, 'not even when it is killed');
  const own = workers.filter((worker) => commandLine(worker)?.includes(WORKER_FILE) === true);
  if (!(await gone(own, WORKERS_MS))) own.forEach((worker) => kill(worker, 'SIGKILL'));
  if (!(await gone(own, KILL_MS))) throw cannotEnd(own.find(isAlive) ?? pid, 'not even when it is killed');
  // The next hub would load again what was in memory.
  await rm(join(home, HUB_RECORD_FILE), { force: true });
  return true;
}

/** Whether all have ended; false when the time is over. */
async function gone(pids: readonly number[], limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (pids.some(isAlive)) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in this moment.
  }
}

/** True where the system does not count boots: the command line decides. */
function isOfThisBoot({ bootId }: HubRecord): boolean {
  try {
    return bootId === readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return true;
  }
}

/** Undefined where it cannot be told: nothing is ended on a guess. */
function commandLine(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    if (process.platform === 'win32') return undefined;
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

function cannotEnd(pid: number, why: string): HearthError {
  return new HearthError(
    'hub-unreachable',
    `Hearth's process ${pid} does not end, ${why}.`,
    'End it with the means of the system; if it hangs in the driver of the GPU, only a restart of the machine helps.',
  );
}
