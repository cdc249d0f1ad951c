/** A home whose hub is killed at will: its files are shadowed, so that a power cut can follow the kill. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HubClient } from '../../src/client/hub-client';
import { HubSession } from '../../src/client/hub-session';
import { connectToHub, type HubLocation } from '../../src/client/start-hub';
import { homeHash, runtimeFolder } from '../../src/hub/lifetime/hub-lock';
import { HUB_RECORD_FILE, parseHubRecord, type HubRecord } from '../../src/shared/protocol/hub-record';
import type { ClientKind } from '../../src/shared/protocol/system';
import { HUB_LOCATION, isAlive, kill, until } from '../support/hub';
import { stopHub } from '../support/hub-teardown';
import { buildPreload, requiring, setEnvironment } from '../support/preload';
import { DurableShadow } from './durable-shadow';
import { HOME_VARIABLE, KILL_FILE_VARIABLE, SHADOW_VARIABLE } from './preload-variables';

/** How soon a worker must be gone after its hub. */
export const ORPHAN_MS = 2_000;
const MOST_WAIT_MS = 60_000;
const POLL_MS = 20;

export class ChaosHome {
  readonly home: string;
  private readonly scratch = mkdtempSync(join(tmpdir(), 'hearth-chaos-'));
  private readonly shadow: DurableShadow;
  private readonly killFile = join(this.scratch, 'kill-in');
  private readonly restoreEnvironment: () => void;

  constructor() {
    this.home = join(this.scratch, 'home');
    mkdirSync(this.home, { mode: 0o700 });
    this.shadow = new DurableShadow(this.home, join(this.scratch, 'shadow'));
    this.shadow.snapshot();
    const preload = join(this.scratch, 'preload.cjs');
    buildPreload('chaos/hub-preload.ts', preload);
    this.restoreEnvironment = setEnvironment({
      NODE_OPTIONS: requiring(preload),
      [HOME_VARIABLE]: this.home,
      [SHADOW_VARIABLE]: this.shadow.folder,
      [KILL_FILE_VARIABLE]: this.killFile,
    });
  }

  get location(): HubLocation {
    // In place: a power cut would take a runtime of the home's own along.
    return { ...HUB_LOCATION, home: this.home };
  }

  connect(kind: ClientKind = 'window'): Promise<HubClient> {
    return connectToHub(this.location, { kind, version: 'test' });
  }

  /** What a window holds; not started yet. */
  session(): HubSession {
    return new HubSession(this.location, { kind: 'window', version: 'test' });
  }

  record(): HubRecord {
    const record = parseHubRecord(readFileSync(join(this.home, HUB_RECORD_FILE), 'utf8'));
    if (record === undefined) throw new Error('there is no hub record');
    return record;
  }

  /** Every process that the hub has started and the record's workers. */
  workersOf(hub: number): number[] {
    const children = readFileSync(`/proc/${hub}/task/${hub}/children`, 'utf8').trim();
    const pids = children === '' ? [] : children.split(' ').map(Number);
    return [...new Set([...pids, ...this.record().workers])];
  }

  /** Lets the hub kill itself before or after one of its next file calls. */
  killIn(steps: number): void {
    const temporary = `${this.killFile}.new`;
    writeFileSync(temporary, String(steps));
    rmSync(this.killFile, { force: true });
    writeFileSync(this.killFile, readFileSync(temporary));
    rmSync(temporary);
  }

  disarm(): void {
    rmSync(this.killFile, { force: true });
  }

  /** After the hub has ended: the files become what was flushed, and the machine has booted anew. */
  cutPower(): void {
    this.shadow.restore();
    const path = join(this.home, HUB_RECORD_FILE);
    if (!existsSync(path)) return;
    const record = parseHubRecord(readFileSync(path, 'utf8'));
    if (record !== undefined)
      writeFileSync(path, JSON.stringify({ ...record, bootId: 'before the power cut' }));
  }

  log(): string {
    return readFileSync(join(this.home, 'logs', 'hub.log'), 'utf8');
  }

  /** Whatever is in this home that nobody should need: what was set aside as damaged, journals of ended answers. */
  damaged(): string[] {
    const folder = join(this.home, 'damaged');
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  /** Ends the hub and removes everything. @throws Error naming what was left behind */
  async dispose(): Promise<void> {
    this.disarm();
    try {
      await stopHub(this.home);
      const socket = join(runtimeFolder(), `${homeHash(this.home)}.sock`);
      if (existsSync(socket)) throw new Error(`the hub left its socket behind: ${socket}`);
      await until(() => processesOf(this.home).length === 0, MOST_WAIT_MS, 'no process of the home is left');
    } finally {
      processesOf(this.home).forEach(kill);
      this.restoreEnvironment();
      rmSync(this.scratch, { recursive: true, force: true });
    }
  }
}

/**
 * Waits for processes to end. Time for which the system kept one from running, because the machine is busy, is not
 * its own and does not count.
 * @returns those that were still there after `ORPHAN_MS`
 */
export async function outliving(pids: readonly number[]): Promise<number[]> {
  const from = performance.now();
  const began = new Map(pids.map((pid) => [pid, waitedMs(pid)]));
  let left = pids.filter(isAlive);
  while (left.length > 0) {
    await delay(POLL_MS);
    left = left.filter(isAlive);
    const elapsed = performance.now() - from;
    const isLate = (pid: number) => elapsed - (waitedMs(pid) - (began.get(pid) ?? 0)) > ORPHAN_MS;
    if (left.some(isLate) || elapsed > MOST_WAIT_MS) return left;
  }
  return [];
}

/** For how long a process's first thread was ready to run and did not. */
function waitedMs(pid: number): number {
  try {
    const [, waited] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
    return Number(waited) / 1e6;
  } catch {
    return 0; // It has ended, or the system does not tell.
  }
}

/** Live processes that have this home in their environment: hubs and workers, however they came to be. */
export function processesOf(home: string): number[] {
  const mark = `HEARTH_HOME=${home}`;
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!Number.isInteger(pid) || pid === process.pid) return false;
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark) && isAlive(pid);
      } catch {
        return false; // It has ended, or is another user's.
      }
    });
}
