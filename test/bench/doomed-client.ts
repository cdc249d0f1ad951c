/** A client of its own process, to be killed in mid-answer: asks for an answer without an end and says when it has begun. */
import { connectToHub } from '../../src/client/start-hub';
import { CreateConversation } from '../../src/shared/protocol/conversations';
import { HUB_LOCATION, WatchedConversation } from '../support/hub';
import { GREEDY } from './contender';

export interface Doomed {
  id: string;
  answerId: string;
}

async function main(home: string): Promise<void> {
  const client = await connectToHub({ ...HUB_LOCATION, home }, { kind: 'window', version: 'test' });
  const { id } = await client.request(CreateConversation, { settings: { system: 'x', sampling: GREEDY } });
  const { watched } = await WatchedConversation.open(client, id);
  const answerId = await watched.send('Go on.');
  await watched.delta(answerId);
  process.send?.({ id, answerId } satisfies Doomed);
}

main(process.argv[2] ?? '').catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
