import { join } from 'node:path';
import { hearthHome } from '../client/hearth-home';
import type { HubClient } from '../client/hub-client';
import { connectToHub, connectToRunningHub } from '../client/start-hub';
import { stopHub } from '../client/stop-hub';
import { VERSION } from '../shared/version';

const identity = { kind: 'cli', version: VERSION } as const;

/** Starts the hub if none runs. */
export function connectOrStart(): Promise<HubClient> {
  return connectToHub(
    { home: hearthHome(), hubFile: join(__dirname, 'hub.js'), nodeExecutable: process.execPath },
    identity,
  );
}

/** Ends the hub; false if none runs. */
export function stopRunningHub(): Promise<boolean> {
  return stopHub(hearthHome(), identity);
}

/** Undefined if none runs. */
export function connectIfRunning(): Promise<HubClient | undefined> {
  return connectToRunningHub(hearthHome(), identity);
}
