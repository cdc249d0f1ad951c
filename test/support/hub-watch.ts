/** Looks into the hub that a workbench uses, beside its windows: tests wait here for what the screen does not show. */
import { connectToRunningHub } from '../../src/client/start-hub';
import { SubscribeState, type HubState } from '../../src/shared/protocol/system';
import { until } from './hub';

/** Resolves once the state of the home's hub passes. */
export async function hubState(
  home: string,
  what: string,
  test: (state: HubState) => boolean,
  ms = 30_000,
): Promise<HubState> {
  let last: HubState | undefined;
  await until(
    async () => {
      const client = await connectToRunningHub(home, { kind: 'test', version: 'test' });
      if (client === undefined) return false;
      try {
        last = (await client.request(SubscribeState, null)).state;
        return test(last);
      } finally {
        client.dispose();
      }
    },
    ms,
    what,
  );
  if (last === undefined) throw new Error('the hub has no state');
  return last;
}
