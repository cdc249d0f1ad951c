/** One queue over all windows: who waits sees where it stands, and can be moved up or taken out. */
import assert from 'node:assert/strict';
import type { HubClient } from '../../src/client/hub-client';
import { CreateConversation, StopAnswer, type AnswerProgress } from '../../src/shared/protocol/conversations';
import { LoadModel, UnloadModel } from '../../src/shared/protocol/models';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import {
  CancelQueued,
  MoveUpQueued,
  StateChanged,
  SubscribeState,
  type QueueEntry,
} from '../../src/shared/protocol/system';
import { ENDLESS, TEST_LOAD, TestHub, TINY_GPT_OSS, TINY_LLAMA, WatchedConversation } from '../support/hub';

describe('the queue', () => {
  let hub: TestHub;
  let client: HubClient;
  before(async () => {
    hub = TestHub.create();
    client = await hub.connect();
  });
  after(() => hub.dispose());

  const open = async () => {
    const { id } = await client.request(CreateConversation, { settings: ENDLESS });
    return (await WatchedConversation.open(client, id)).watched;
  };
  const queued = (chat: WatchedConversation, answerId: string, test: (progress: AnswerProgress) => boolean) =>
    chat.next(
      ({ event }) => event.type === 'progress' && event.messageId === answerId && test(event.progress),
    );
  const at = (position: number) => (progress: AnswerProgress) =>
    progress.phase === 'queued' && progress.position === position;
  const stop = (chat: WatchedConversation, answerId: string) =>
    client.request(StopAnswer, { conversationId: chat.id, answerId });

  it('serves who was moved up first, and lets one that waits be taken out', async () => {
    const chats = await Promise.all([open(), open(), open(), open()]);
    const [first, second, third, fourth] = chats;
    const running = await first.send('go on');
    await first.delta(running);
    const waiting = await second.send('go on');
    await queued(second, waiting, at(0));
    const moved = await third.send('go on');
    await queued(third, moved, at(1));
    const gone = await fourth.send('go on');
    await queued(fourth, gone, at(2));

    await client.request(MoveUpQueued, { id: moved });
    await queued(third, moved, at(0));
    await queued(second, waiting, at(1));

    await client.request(CancelQueued, { id: gone });
    const answer = await fourth.finished(gone);
    assert.equal(answer.stopReason, 'cancelled');
    assert.equal(answer.error, undefined);

    await stop(first, running);
    await third.delta(moved);
    const { state } = await client.request(SubscribeState, null);
    const entries = state.queue.map(({ id, state }) => [id, state]);
    assert.deepEqual(entries, [
      [moved, 'running'],
      [waiting, 'waiting'],
    ]);
    assert.ok(state.queue[1]!.expectedMs !== undefined, 'One answer has been timed.');

    await client.request(CancelQueued, { id: moved });
    assert.equal((await third.finished(moved)).stopReason, 'cancelled');
    await second.delta(waiting);
    await stop(second, waiting);
  });

  it('says where an answer stands that waits for another model', async () => {
    const chat = await open();
    const running = await chat.send('go on');
    await chat.delta(running);
    const other = await open();
    await client.request(UpdateSettings, { activeModel: TINY_LLAMA });
    const waiting = await other.send('and you?');
    await queued(other, waiting, at(0));
    await stop(other, waiting);
    await other.finished(waiting);
    await client.request(UpdateSettings, { activeModel: TINY_GPT_OSS });
    await stop(chat, running);
    await chat.finished(running);
  });

  it('lets a load be given up that waits for a running answer, which goes on', async () => {
    const chat = await open();
    const running = await chat.send('go on');
    await chat.delta(running);
    await client.request(UpdateSettings, { load: { ...TEST_LOAD, batchSize: 64 } });
    const givenUp = new AbortController();
    const load = client.request(LoadModel, {}, givenUp.signal);
    await shown(({ label }) => label.startsWith('Load '));
    givenUp.abort();
    await assert.rejects(load);
    await chat.delta(running);
    await stop(chat, running);
    const answer = await chat.finished(running);
    assert.deepEqual([answer.stopReason, answer.error], ['cancelled', undefined]);
  });

  it('does not begin a load anew that was ended by unloading its model', async () => {
    await client.request(UnloadModel, {});
    const load = client.request(LoadModel, {});
    await shown(({ label }) => label.startsWith('Load '));
    await client.request(UnloadModel, {});
    await assert.rejects(load, /was cancelled/);
    const { state } = await client.request(SubscribeState, null);
    assert.deepEqual([state.models, state.queue], [[], []]);
  });

  /** Resolves once such an entry is in the queue. */
  async function shown(test: (entry: QueueEntry) => boolean): Promise<void> {
    const { state } = await client.request(SubscribeState, null);
    if (state.queue.some(test)) return;
    await new Promise<void>((resolve) => {
      const subscription = client.on(StateChanged, ({ patch }) => {
        if (patch.queue?.some(test) !== true) return;
        subscription.dispose();
        resolve();
      });
    });
  }
});
