/** Writes the discovery record, and clears away what an earlier hub's crash left behind. */
import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { parseHubRecord, type HubRecord } from '../../shared/protocol/hub-record';
import { PROTOCOL_VERSION } from '../../shared/protocol/system';
import { readIfThere, writeAtomic } from '../storage/atomic-file';

const ORPHAN_WAIT_MS = 3_000;
const ORPHAN_POLL_MS = 50;
const WATCH_MS = 1_000;

export class HubRecordFile {
  private readonly record: HubRecord;
  private writing: Promise<void> = Promise.resolve();
  private closed = false;

  /** @param models paths of what was in memory before, until `setWorkers` knows better */
  constructor(
    private readonly path: string,
    socket: string,
    version: string,
    models: string[],
    runtime?: string,
  ) {
    this.record = {
      pid: process.pid,
      startedAt: Date.now(),
      bootId: bootId(),
      protocol: PROTOCOL_VERSION,
      version,
      socket,
      token: randomBytes(32).toString('hex'),
      workers: [],
      models,
      ...(runtime !== undefined && { runtime }),
    };
  }

  get token(): string {
    return this.record.token;
  }

  /** Writes are in order; each has the state of its moment. */
  write(): Promise<void> {
    const text = `${JSON.stringify(this.record, null, 2)}\n`;
    this.writing = this.writing
      .catch(() => undefined)
      .then(async () => {
        if (!this.closed) await writeAtomic(this.path, text);
      });
    return this.writing;
  }

  /**
   * @param pids the processes that hold models
   * @param models paths of what the hub that follows is to load again
   */
  setWorkers(pids: number[], models: string[]): Promise<void> {
    this.record.workers = pids;
    this.record.models = models;
    return this.write();
  }

  /** Calls `onLost` once the record is gone or another hub's: nobody can find this hub any more. */
  watch(onLost: () => void): void {
    const timer = setInterval(() => {
      this.isOurs().then(
        (ours) => {
          if (ours) return;
          clearInterval(timer);
          onLost();
        },
        () => undefined, // A read that fails says nothing about the record: too many open files, say.
      );
    }, WATCH_MS);
    timer.unref();
  }

  /** False once it is gone or another hub's. @throws HearthError when that cannot be told */
  private async isOurs(): Promise<boolean> {
    const text = await readIfThere(this.path);
    return text !== undefined && parseHubRecord(text)?.token === this.record.token;
  }

  /** The record stays as it is: the hub that follows loads the models in it again. */
  async leave(): Promise<void> {
    this.closed = true;
    await this.writing.catch(() => undefined);
  }

  /** The last word: what is still to be written is not. Another hub's record stays. */
  async remove(): Promise<void> {
    this.closed = true;
    await this.writing.catch(() => undefined);
    if (await this.isOurs()) await rm(this.path, { force: true });
  }
}

/**
 * Waits until the workers of a crashed hub are gone, and ends those that stay: their memory is needed.
 * They end by themselves within 2 s; pids of another boot belong to somebody else and are left alone.
 * @returns the models that were in memory when the hub crashed or handed over
 */
export async function endOrphans(recordPath: string): Promise<string[]> {
  const text = await readIfThere(recordPath);
  const record = text === undefined ? undefined : parseHubRecord(text);
  if (record?.bootId !== bootId()) return [];
  const left = await remaining(record.workers);
  for (const pid of left) end(pid);
  // What is loaded next needs the memory of those that were just ended.
  await remaining(left);
  return record.models;
}

/** The workers among these that are still there after a while; returns as soon as none is. */
async function remaining(pids: readonly number[]): Promise<number[]> {
  const deadline = performance.now() + ORPHAN_WAIT_MS;
  let left = pids.filter(isWorker);
  while (left.length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, ORPHAN_POLL_MS));
    left = left.filter(isWorker);
  }
  return left;
}

/** Whether this pid is still a Hearth worker, as far as the system tells. */
function isWorker(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return commandLine(pid).includes('worker.mjs');
  } catch {
    return false;
  }
}

/** Empty where it cannot be told: nothing is ended on a guess. */
function commandLine(pid: number): string {
  if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  if (process.platform === 'win32') return '';
  return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in this moment.
  }
}

/** Changes with every boot where the system has such a thing. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
