/** Ends the hub of a home, whatever version it is, and also when it hangs. */
import { setTimeout as delay } from 'node:timers/promises';
import { errorInfo } from '../shared/protocol/errors';
import { StopHub } from '../shared/protocol/system';
import type { ClientIdentity } from './hub-client';
import { endHub } from './hub-process';
import { readHubRecord } from './read-hub-record';
import { connectToRunningHub } from './start-hub';

/** A worker has 15 s to stop before its hub ends it. */
const PATIENCE_MS = 20_000;

/**
 * Resolves when the hub and its workers are gone.
 * @returns false when there was none
 * @throws HearthError when it cannot be ended
 */
export async function stopHub(home: string, identity: ClientIdentity): Promise<boolean> {
  const record = await readHubRecord(home);
  if (record === undefined) return false;
  try {
    const client = await connectToRunningHub(home, identity);
    // There is none, or it does not answer.
    if (client === undefined) return await endHub(home, record);
    const patience = new AbortController();
    const gone = new Promise<true>((resolve) => client.onClose(() => resolve(true)));
    const late = delay(PATIENCE_MS, false, { signal: patience.signal });
    // The reply says no more than the end does, and may be lost in it.
    client.request(StopHub, null).catch(() => undefined);
    const hasEnded = await Promise.race([gone, late]);
    patience.abort();
    client.dispose();
    return hasEnded || (await endHub(home, record));
  } catch (error) {
    if (errorInfo(error).code !== 'protocol-mismatch') throw error;
    // A signal is what every version understands.
    return endHub(home, record, PATIENCE_MS);
  }
}
