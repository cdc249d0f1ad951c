import { stopRunningHub } from './connect';

/** Ends the hub and its workers; says so if there was nothing to end. */
export async function stop(json: boolean): Promise<void> {
  const stopped = await stopRunningHub();
  if (json) console.log(JSON.stringify({ stopped }));
  else console.log(stopped ? 'Hearth has stopped; the memory is free.' : 'Hearth was not running.');
}
