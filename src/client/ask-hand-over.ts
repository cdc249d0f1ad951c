/** A newer client asks an older hub to make way. */
import { connect } from 'node:net';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { HubRecord } from '../shared/protocol/hub-record';
import { HandOver, type HubInfo } from '../shared/protocol/system';
import { compareVersions } from '../shared/util/compare-versions';
import { ensureRuntime, readRuntimeManifest } from './choose-runtime';
import type { ClientIdentity } from './hub-client';
import { readOwnBuild, type OwnBuild } from './own-build';
import { readHubRecord } from './read-hub-record';
import type { HubLocation } from './start-hub';

const ANSWER_MS = 5_000;

/**
 * Asks on a connection of its own, which needs no hello: a hub with another protocol understands it too.
 * @param waitMs how long to stay for the hub's end once it has answered
 * @returns whether the hub has ended
 */
export function askHandOver(record: HubRecord, version: string, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(record.socket);
    const connection = createMessageConnection(
      new StreamMessageReader(socket),
      new StreamMessageWriter(socket),
    );
    const settle = (hasEnded: boolean): void => {
      clearTimeout(timer);
      connection.dispose();
      socket.destroy();
      resolve(hasEnded);
    };
    let timer = setTimeout(() => settle(false), ANSWER_MS);
    socket.once('error', () => settle(true));
    socket.once('close', () => settle(true));
    connection.onError(() => undefined); // The close that follows is what counts.
    connection.listen();
    connection.sendRequest(HandOver, { token: record.token, version }).then(
      () => {
        clearTimeout(timer);
        timer = setTimeout(() => settle(false), waitMs);
      },
      () => settle(false), // A hub from before there was such a request: it ends when nobody needs it.
    );
  });
}

/**
 * Asks the hub to make way if this client's Hearth is newer, once its runtime is in place: whoever is first to
 * notice the hub's end starts that one.
 * @param asked hubs that were asked before: each is asked once, whatever comes of it
 * @throws HearthError why the newer runtime cannot be put in place; the older hub goes on
 */
export async function handOverIfNewer(
  location: HubLocation,
  { version }: ClientIdentity,
  hub: HubInfo,
  asked: Set<string>,
): Promise<void> {
  if (location.inPlace === true) return;
  const record = await readHubRecord(location.home);
  if (record?.pid !== hub.pid) return;
  const build = newerBuild(location, version, record);
  const key = `${record.version} ${record.runtime ?? ''}`;
  if (build === undefined || asked.has(key)) return;
  asked.add(key);
  await ensureRuntime(location.home, build);
  await askHandOver(record, version, 0);
}

/** The client's own build, if it is a newer version than the hub's or a newer build of the same one. */
function newerBuild(location: HubLocation, version: string, record: HubRecord): OwnBuild | undefined {
  const order = compareVersions(version, record.version);
  if (order === undefined || order < 0) return undefined;
  const own = readOwnBuild(location.hubFile, version);
  if (order > 0 || own === undefined) return own;
  if (record.runtime === undefined || record.runtime === own.id) return undefined;
  const theirs = readRuntimeManifest(location.home, record.runtime);
  return theirs !== undefined && own.manifest.builtAt > theirs.builtAt ? own : undefined;
}
