/** Ends the hub of a home, whatever version it is. */
import { errorInfo } from '../shared/protocol/errors';
import { StopHub } from '../shared/protocol/system';
import type { ClientIdentity } from './hub-client';
import { readHubRecord } from './read-hub-record';
import { connectToRunningHub } from './start-hub';

const POLL_MS = 20;
const SIGNAL_MS = 10_000;

/**
 * Resolves when the hub and its workers are gone.
 * @returns false when there was none
 * @throws HearthError when it refuses
 */
export async function stopHub(home: string, identity: ClientIdentity): Promise<boolean> {
  try {
    const client = await connectToRunningHub(home, identity);
    if (client === undefined) return false;
    const gone = new Promise<void>((resolve) => client.onClose(() => resolve()));
    await client.request(StopHub, null);
    await gone;
    return true;
  } catch (error) {
    const record = await readHubRecord(home);
    if (errorInfo(error).code !== 'protocol-mismatch' || record === undefined) throw error;
    // It has just answered, so this is its pid: a signal is what every version understands.
    process.kill(record.pid, 'SIGTERM');
    await ended(record.pid);
    return true;
  }
}

async function ended(pid: number): Promise<void> {
  const deadline = performance.now() + SIGNAL_MS;
  while (performance.now() < deadline) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
