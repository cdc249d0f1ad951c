import { StopHub } from '../shared/protocol/system';
import { connectIfRunning } from './connect';

/** Ends the hub and its workers; says so if there was nothing to end. */
export async function stop(json: boolean): Promise<void> {
  const client = await connectIfRunning();
  if (client !== undefined) {
    const gone = new Promise<void>((resolve) => client.onClose(() => resolve()));
    await client.request(StopHub, null);
    await gone;
  }
  if (json) console.log(JSON.stringify({ stopped: client !== undefined }));
  else
    console.log(client === undefined ? 'Hearth was not running.' : 'Hearth has stopped; the memory is free.');
}
