/** Finds the hub of a home, or starts one. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorInfo, HearthError } from '../shared/protocol/errors';
import type { HubStartMessage } from '../shared/protocol/hub-record';
import { otherProtocol } from '../shared/protocol/other-protocol';
import { PROTOCOL_VERSION } from '../shared/protocol/system';
import { askHandOver } from './ask-hand-over';
import { chooseRuntime, ensureRuntime } from './choose-runtime';
import { HubClient, type ClientIdentity } from './hub-client';
import { readOwnBuild } from './own-build';
import { readHubRecord } from './read-hub-record';

const START_MS = 20_000;
const RETRY_MS = 50;
/** An older hub that has nothing to do makes way at once. */
const HAND_OVER_MS = 2_000;
/** A longer log is put aside, and the one before it dropped. */
const MOST_LOG_BYTES = 5_000_000;

export interface HubLocation {
  home: string;
  /** The built `hub.js` of the client's own version; the hub runs from a copy of it, or from a newer one. */
  hubFile: string;
  /** A Node executable, or VS Code's own with `ELECTRON_RUN_AS_NODE`. */
  nodeExecutable: string;
  /** Runs `hubFile` where it lies, and asks no other hub to make way: for tests and tools. */
  inPlace?: boolean;
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
    const code = error instanceof HearthError ? error.info.code : undefined;
    if (code === 'hub-unreachable' || code === 'hub-lost') return undefined;
    // Another hub has taken the place of the one in the record since it was read.
    const isOutdated = code === 'not-authorized' && (await readHubRecord(home))?.token !== record.token;
    if (isOutdated) return connectToRunningHub(home, identity);
    throw error;
  }
}

/**
 * A client of the home's hub; starts the hub if there is none. Any number of clients may do so at once.
 * @throws HearthError `hub-unreachable` with the reason when no hub comes up, `storage-full` when there is no room for
 * its files, `protocol-mismatch` when a hub runs that is too new, or too old and at work.
 */
export async function connectToHub(location: HubLocation, identity: ClientIdentity): Promise<HubClient> {
  const unable = new Set<string>();
  let hubFile: string | undefined;
  let deadline = performance.now() + START_MS;
  for (;;) {
    const client = await connectUnlessOlder(location, identity);
    if (client !== undefined) return client;
    if (hubFile === undefined) {
      // Copying may take a while, and is no sign of a hub that hangs.
      hubFile = await fileToStart(location, identity, unable);
      if (hubFile === undefined) throw filesAreGone();
      deadline = performance.now() + START_MS;
    }
    if (performance.now() > deadline) {
      throw new HearthError(
        'hub-unreachable',
        `Hearth's background process did not answer within ${START_MS / 1000} s.`,
        `See ${hubLogFile(location.home)}; "hearth stop" or ending the process named there helps if it hangs.`,
      );
    }
    try {
      const started = await startHub(location, hubFile);
      // Another hub holds the lock: it is starting (its record comes soon) or ending (the lock will be free soon).
      if (started === 'exists') await delay(RETRY_MS);
    } catch (error) {
      // A newer version may need a newer editor than this one, or another hub has just tidied it away.
      unable.add(hubFile);
      hubFile = await fileToStart(location, identity, unable);
      if (hubFile === undefined) throw error;
    }
  }
}

/** Undefined when there is nothing (else) to start. */
async function fileToStart(
  { home, hubFile, inPlace }: HubLocation,
  { version }: ClientIdentity,
  unable: ReadonlySet<string>,
): Promise<string | undefined> {
  if (inPlace === true) return unable.has(hubFile) ? undefined : hubFile;
  return chooseRuntime(home, hubFile, version, unable);
}

/**
 * A client of the running hub, or undefined if none answers. One that speaks an older protocol is asked to make way.
 * @throws HearthError `protocol-mismatch` when it does not do so at once, or is newer
 */
async function connectUnlessOlder(
  location: HubLocation,
  identity: ClientIdentity,
): Promise<HubClient | undefined> {
  try {
    return await connectToRunningHub(location.home, identity);
  } catch (error) {
    const record = await readHubRecord(location.home);
    if (errorInfo(error).code !== 'protocol-mismatch' || record === undefined) throw error;
    if (record.protocol < PROTOCOL_VERSION && location.inPlace !== true) {
      const build = readOwnBuild(location.hubFile, identity.version);
      if (build !== undefined) await ensureRuntime(location.home, build);
      if (await askHandOver(record, identity.version, HAND_OVER_MS)) return undefined;
    }
    throw otherProtocol(record, { protocol: PROTOCOL_VERSION, version: identity.version });
  }
}

export function hubLogFile(home: string): string {
  return join(home, 'logs', 'hub.log');
}

async function startHub(location: HubLocation, hubFile: string): Promise<'ready' | 'exists'> {
  const log = openLog(location.home);
  const child = spawn(location.nodeExecutable, [hubFile], {
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

function filesAreGone(): HearthError {
  return new HearthError(
    'hub-unreachable',
    'The files of this version of Hearth are gone: it was updated or removed.',
    'Reload the window.',
  );
}

function startFailed(location: HubLocation, reason: string): HearthError {
  return new HearthError(
    'hub-unreachable',
    `Hearth's background process could not be started: ${reason}.`,
    `The log has the details: ${hubLogFile(location.home)}`,
  );
}
