/** Conversations side by side in one model: who is answering goes on while another one's prompt is read. */
import assert from 'node:assert/strict';
import type { HubClient } from '../../src/client/hub-client';
import { CreateConversation, StopAnswer } from '../../src/shared/protocol/conversations';
import type { ConversationSettings } from '../../src/shared/protocol/settings';
import { ENDLESS, longText, TEST_LOAD, TestHub, WatchedConversation } from '../support/hub';

/** Small, so that a slice of a prompt takes many batches, and each of them has room for few tokens. */
const BATCH = 32;
const PROMPT_TOKENS = 4_000;

describe('conversations side by side', () => {
  let hub: TestHub;
  let client: HubClient;
  before(async () => {
    hub = TestHub.create();
    client = await hub.connect({ load: { ...TEST_LOAD, sequences: 2, batchSize: BATCH } });
  });
  after(() => hub.dispose());

  const open = async (settings: Partial<ConversationSettings> = {}) => {
    const { id } = await client.request(CreateConversation, { settings: { ...ENDLESS, ...settings } });
    return (await WatchedConversation.open(client, id)).watched;
  };

  it('an answer goes on while another one’s prompt is read: it is first in every batch', async () => {
    const stream = await open();
    const streamed = await stream.send('go on');
    await stream.delta(streamed);
    const said = () => {
      const { reasoning, text } = stream.streamed(streamed);
      return reasoning.length + text.length;
    };

    const other = await open({ maxTokens: 1 });
    const reading = await other.send(longText(PROMPT_TOKENS));
    const slices: { done: number; said: number }[] = [];
    await other.next(({ event }) => {
      if (event.type === 'progress' && event.progress.phase === 'prefill' && event.progress.done > 0)
        slices.push({ done: event.progress.done, said: said() });
      return event.type === 'finished' && event.message.id === reading;
    });
    await client.request(StopAnswer, { conversationId: stream.id, answerId: streamed });
    const { figures } = await stream.finished(streamed);
    const [first, last] = [slices[0], slices.at(-1)];
    assert.ok(first !== undefined && last !== undefined && figures !== undefined);

    const read = last.done - first.done;
    assert.ok(read > PROMPT_TOKENS / 2, `${read} tokens were looked at`);
    const tokens = ((last.said - first.said) * figures.outputTokens) / said();
    // Not one in every batch: while a token is being sampled, the next batch may begin without it.
    assert.ok(tokens > read / BATCH / 4, `${tokens.toFixed(0)} tokens while ${read} were read`);
  });
});
