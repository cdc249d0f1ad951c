/** Writes the discovery record, and clears away what an earlier hub's crash left behind. */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { parseHubRecord, type HubRecord } from '../../shared/protocol/hub-record';
import { PROTOCOL_VERSION } from '../../shared/protocol/system';
import { readIfThere, writeAtomic } from '../storage/atomic-file';

const ORPHAN_WAIT_MS = 3_000;
const ORPHAN_POLL_MS = 50;
const WATCH_MS = 1_000;

export class HubRecordFile {
  private readonly record: HubRecord;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    socket: string,
    version: string,
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
      models: [],
    };
  }

  get token(): string {
    return this.record.token;
  }

  /** Writes are in order; each has the state of its moment. */
  write(): Promise<void> {
    const text = `${JSON.stringify(this.record, null, 2)}\n`;
    this.writing = this.writing.catch(() => undefined).then(() => writeAtomic(this.path, text));
    return this.writing;
  }

  /** @param resident the processes that hold models, and the models' paths */
  setWorkers(resident: { pid: number; path: string }[]): Promise<void> {
    this.record.workers = resident.map(({ pid }) => pid);
    this.record.models = resident.map(({ path }) => path);
    return this.write();
  }

  /** Calls `onLost` once the record is gone or another hub's: nobody can find this hub any more. */
  watch(onLost: () => void): void {
    const timer = setInterval(() => {
      void this.isOurs().then((ours) => {
        if (ours) return;
        clearInterval(timer);
        onLost();
      });
    }, WATCH_MS);
    timer.unref();
  }

  private async isOurs(): Promise<boolean> {
    const text = await readIfThere(this.path).catch(() => undefined);
    return text !== undefined && parseHubRecord(text)?.token === this.record.token;
  }

  /** Synchronous, because it is the last thing a hub does. */
  remove(): void {
    rmSync(this.path, { force: true });
  }
}

/**
 * Waits until the workers of a crashed hub are gone, and ends those that stay: their memory is needed.
 * They end by themselves within 2 s; pids of another boot belong to somebody else and are left alone.
 * @returns the models that were in memory when the hub crashed
 */
export async function endOrphans(recordPath: string): Promise<string[]> {
  const text = await readIfThere(recordPath);
  const record = text === undefined ? undefined : parseHubRecord(text);
  if (record?.bootId !== bootId()) return [];
  const deadline = Date.now() + ORPHAN_WAIT_MS;
  let left = record.workers.filter(isWorker);
  while (left.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, ORPHAN_POLL_MS));
    left = left.filter(isWorker);
  }
  for (const pid of left) process.kill(pid, 'SIGKILL');
  return record.models;
}

/** Whether this pid is still a Hearth worker, as far as the system tells. */
function isWorker(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker.mjs');
  } catch {
    return false;
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
