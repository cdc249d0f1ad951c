/** Finds the hub of a home, or starts one. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HearthError } from '../shared/protocol/errors';
import {
  HUB_RECORD_FILE,
  parseHubRecord,
  type HubRecord,
  type HubStartMessage,
} from '../shared/protocol/hub-record';
import { HubClient, type ClientIdentity } from './hub-client';

const START_MS = 20_000;
const RETRY_MS = 50;
/** A longer log is put aside, and the one before it dropped. */
const MOST_LOG_BYTES = 5_000_000;

export interface HubLocation {
  home: string;
  /** The built `hub.js`. */
  hubFile: string;
  /** A Node executable, or VS Code's own with `ELECTRON_RUN_AS_NODE`. */
  nodeExecutable: string;
}

/** The record of a home, if there is a whole one; it may be stale. */
export async function readHubRecord(home: string): Promise<HubRecord | undefined> {
  try {
    return parseHubRecord(await readFile(join(home, HUB_RECORD_FILE), 'utf8'));
  } catch {
    return undefined; // No record is the normal case of a first start.
  }
}

/**
 * A client of the running hub, or undefined if none answers. Starts nothing.
 * @throws HearthError when a hub answers but refuses.
 */
export async function connectToRunningHub(
  home: string,
  identity: ClientIdentity,
): Promise<HubClient | undefined> {
  const record = await readHubRecord(home);
  if (record === undefined) return undefined;
  try {
    return await HubClient.connect(record, identity);
  } catch (error) {
    if (
      error instanceof HearthError &&
      (error.info.code === 'hub-unreachable' || error.info.code === 'hub-lost')
    ) {
      return undefined;
    }
    throw error;
  }
}

/**
 * A client of the home's hub; starts the hub if there is none. Any number of clients may do so at once.
 * @throws HearthError `hub-unreachable` with the reason when no hub comes up.
 */
export async function connectToHub(location: HubLocation, identity: ClientIdentity): Promise<HubClient> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const client = await connectToRunningHub(location.home, identity);
    if (client !== undefined) return client;
    if (Date.now() > deadline) {
      throw new HearthError(
        'hub-unreachable',
        `Hearth's background process did not answer within ${START_MS / 1000} s.`,
        `See ${hubLogFile(location.home)}; "hearth stop" or ending the process named there helps if it hangs.`,
      );
    }
    const started = await startHub(location);
    // Another hub holds the lock: it is starting (its record comes soon) or ending (the lock will be free soon).
    if (started === 'exists') await delay(RETRY_MS);
  }
}

export function hubLogFile(home: string): string {
  return join(home, 'logs', 'hub.log');
}

async function startHub(location: HubLocation): Promise<'ready' | 'exists'> {
  const log = openLog(location.home);
  const child = spawn(location.nodeExecutable, [location.hubFile], {
    // Not the window's folder, which could then not be removed for as long as the hub lives.
    cwd: location.home,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, HEARTH_HOME: location.home, ELECTRON_RUN_AS_NODE: '1' },
  });
  closeSync(log);
  try {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(startFailed(location, 'it did not report in time')), START_MS);
      const settle = (act: () => void) => {
        clearTimeout(timer);
        act();
      };
      child.once('error', (error) => settle(() => reject(startFailed(location, error.message))));
      // Not `exit`, which may come before the last message.
      child.once('close', (code, signal) =>
        settle(() => reject(startFailed(location, `it ended at once (${signal ?? `exit code ${code}`})`))),
      );
      child.once('message', (message) =>
        settle(() => {
          const answer = message as HubStartMessage;
          if (answer.type === 'failed')
            reject(new HearthError('hub-unreachable', answer.message, answer.advice));
          else resolve(answer.type);
        }),
      );
    });
  } finally {
    child.removeAllListeners();
    child.on('error', () => undefined);
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function openLog(home: string): number {
  try {
    mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 });
    const path = hubLogFile(home);
    if (existsSync(path) && statSync(path).size > MOST_LOG_BYTES) renameSync(path, `${path}.old`);
    return openSync(path, 'a', 0o600);
  } catch (error) {
    throw new HearthError(
      'storage-failed',
      `Hearth cannot write to its folder ${home} (${error instanceof Error ? error.message : String(error)}).`,
      'Make the folder writable, or set HEARTH_HOME to another one.',
    );
  }
}

function startFailed(location: HubLocation, reason: string): HearthError {
  return new HearthError(
    'hub-unreachable',
    `Hearth's background process could not be started: ${reason}.`,
    `The log has the details: ${hubLogFile(location.home)}`,
  );
}
