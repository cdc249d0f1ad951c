/** Ends the hub of a test's home: it is detached on purpose and would outlive the test. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { HUB_RECORD_FILE, parseHubRecord } from '../../src/shared/protocol/hub-record';
import { ROOT } from './checkout';

const STOP_LIMIT_MS = 15_000;
const END_LIMIT_MS = 5_000;

/**
 * Asks the hub of `home` to stop and waits until it and its workers are gone.
 * @throws Error when one of them had to be killed: a hub that cannot be stopped is a finding, not a detail.
 */
export async function stopHub(home: string): Promise<void> {
  const before = processesOf(home);
  if (before.length === 0) return;
  const cli = join(ROOT, 'dist', 'cli.js');
  let complaint = '';
  if (existsSync(cli)) {
    try {
      await promisify(execFile)(process.execPath, [cli, 'stop'], {
        env: { ...process.env, HEARTH_HOME: home },
        timeout: STOP_LIMIT_MS,
      });
    } catch (error) {
      complaint = ` ("hearth stop" failed: ${error instanceof Error ? error.message : String(error)})`;
    }
  }
  const deadline = Date.now() + END_LIMIT_MS;
  while (before.some(isAlive)) {
    if (Date.now() > deadline) {
      before.filter(isAlive).forEach((pid) => process.kill(pid, 'SIGKILL'));
      throw new Error(`The hub of ${home} or one of its workers did not end and was killed${complaint}.`);
    }
    await delay(20);
  }
}

function processesOf(home: string): number[] {
  try {
    const record = parseHubRecord(readFileSync(join(home, HUB_RECORD_FILE), 'utf8'));
    return record === undefined ? [] : [record.pid, ...record.workers].filter(isAlive);
  } catch {
    return []; // No record: no hub was started here.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
