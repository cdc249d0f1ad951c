import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateConversation,
  DeleteConversation,
  EditPending,
  ListConversations,
  OpenConversation,
  Regenerate,
  RenameConversation,
  SelectBranch,
  SendMessage,
  StopAnswer,
} from '../../src/shared/protocol/conversations';
import { ReadMemory } from '../../src/shared/protocol/models';
import type { HubClient } from '../../src/client/hub-client';
import { parseConversation } from '../../src/hub/conversations/conversation-file';
import { longText, TestHub, WatchedConversation } from '../support/hub';

describe('a conversation', () => {
  let hub: TestHub;
  let client: HubClient;
  before(async () => {
    hub = TestHub.create();
    client = await hub.connect({ conversation: conversationSettings({ maxTokens: 120 }) });
  });
  after(() => hub.dispose());

  const stored = (id: string) =>
    parseConversation(readFileSync(join(hub.home, 'conversations', `${id}.json`), 'utf8'));

  it('streams an answer, with figures, and stores it', async () => {
    const chat = await WatchedConversation.create(client);
    const answerId = await chat.send('hello');
    const onDisk = stored(chat.id);
    assert.equal(onDisk.messages[onDisk.messages[answerId]!.parentId!]!.text, 'hello');
    const answer = await chat.finished(answerId);
    assert.deepEqual(chat.streamed(answerId), { reasoning: answer.reasoning, text: answer.text });
    assert.ok(answer.text.length + answer.reasoning.length > 0);
    const { figures } = answer;
    assert.ok(figures !== undefined && figures.outputTokens > 0 && figures.outputTokens <= 120);
    assert.ok(figures.ttftMs > 0 && figures.decodeTokensPerSecond > 0 && figures.prefillTokensPerSecond > 0);
    assert.equal(figures.reusedTokens, 0);
    assert.deepEqual(stored(chat.id).messages[answerId], answer);
  });

  it('stores the message before the model sees it', async () => {
    const chat = await WatchedConversation.create(client);
    await chat.send('stored first');
    const first = chat.events.findIndex(({ event }) => event.type === 'messages');
    const progress = chat.events.findIndex(
      ({ event }) => event.type === 'progress' || event.type === 'delta',
    );
    assert.ok(first !== -1 && (progress === -1 || first < progress));
  });

  it('reuses the KV cache of the earlier turns', async () => {
    const chat = await WatchedConversation.create(client);
    const first = await chat.ask(longText(2_000));
    const second = await chat.ask('and now?');
    assert.ok(first.figures!.inputTokens > 1_500);
    assert.ok(
      second.figures!.reusedTokens >= first.figures!.inputTokens - 2,
      `${second.figures!.reusedTokens} of ${first.figures!.inputTokens} reused`,
    );
  });

  it('does not read the prompt again after a long reasoning, which the next prompt leaves out', async () => {
    const { id } = await client.request(CreateConversation, { settings: endless(1_500) });
    const { watched: chat } = await WatchedConversation.open(client, id);
    const first = await chat.ask(longText(2_000));
    // Far more than the sliding window: without a checkpoint its layers would have forgotten the prompt.
    assert.ok(
      first.figures!.reasoningTokens > 1_000,
      `${first.figures!.reasoningTokens} tokens of reasoning`,
    );
    const second = await chat.ask('and now?');
    assert.ok(second.figures!.reusedTokens >= first.figures!.inputTokens - 2, JSON.stringify(second.figures));
  });

  it('numbers its events without a gap, and a view that attaches in the middle gets exactly the rest', async () => {
    const { id } = await client.request(CreateConversation, { settings: endless(3_000) });
    const { watched: first } = await WatchedConversation.open(client, id);
    const answerId = await first.send('tell me much');
    await first.delta(answerId);
    const other = await hub.connect(null);
    const { watched: second, snapshot } = await WatchedConversation.open(other, id);
    const answer = await Promise.all([first.finished(answerId), second.finished(answerId)]).then(([a]) => a);
    const sequences = first.events.map(({ sequence }) => sequence);
    assert.deepEqual(
      sequences,
      sequences.map((_, index) => sequences[0]! + index),
    );
    const partial = snapshot.conversation.messages[answerId]!;
    assert.equal(partial.role === 'assistant' && partial.status, 'running');
    assert.equal(second.events[0]!.sequence, snapshot.sequence + 1);
    assert.equal(partial.text + second.streamed(answerId).text, answer.text);
  });

  it('stops in the middle of decoding, and not one token is evaluated afterwards', async () => {
    const { id } = await client.request(CreateConversation, { settings: endless() });
    const { watched: chat } = await WatchedConversation.open(client, id);
    const answerId = await chat.send('never end');
    await chat.delta(answerId);
    await client.request(StopAnswer, { conversationId: id, answerId });
    const answer = await chat.finished(answerId);
    assert.equal(answer.stopReason, 'cancelled');
    assert.ok(answer.text.length + answer.reasoning.length > 0, 'what was said is kept');
    await standsStill(client);
  });

  it('stops in the middle of reading the prompt', async () => {
    const chat = await WatchedConversation.create(client);
    const answerId = await chat.send(longText(7_500));
    await chat.next(({ event }) => event.type === 'progress' && event.progress.phase === 'prefill');
    const before = await client.request(ReadMemory, {});
    await client.request(StopAnswer, { conversationId: chat.id, answerId });
    const answer = await chat.finished(answerId);
    assert.equal(answer.stopReason, 'cancelled');
    const after = await standsStill(client);
    assert.ok(after - before.evaluatedTokens < 7_000, 'the whole prompt was read all the same');
  });

  it('queues what is sent while it answers, lets it be edited, and sends it afterwards', async () => {
    const { id } = await client.request(CreateConversation, { settings: endless(1_500) });
    const { watched: chat } = await WatchedConversation.open(client, id);
    const answerId = await chat.send('first');
    const send = (text: string) =>
      client.request(SendMessage, { conversationId: id, content: { text, attachments: [] } });
    const second = await send('second');
    const third = await send('third');
    assert.ok(second.kind === 'pending' && third.kind === 'pending');
    assert.equal(stored(id).pending.length, 2);
    await client.request(EditPending, {
      conversationId: id,
      pendingId: second.id,
      content: { text: 'second, edited', attachments: [] },
    });
    await client.request(EditPending, { conversationId: id, pendingId: third.id, content: null });
    await chat.finished(answerId);
    const sent = await chat.next(
      ({ event }) =>
        event.type === 'messages' && event.messages.some((message) => message.text === 'second, edited'),
    );
    assert.ok(sent.event.type === 'messages');
    const last = await chat.finished(sent.event.currentId);
    assert.equal(stored(id).messages[stored(id).messages[last.id]!.parentId!]!.parentId, answerId);
    assert.equal(stored(id).pending.length, 0);
  });

  it('branches: another answer, an edited question, and back', async () => {
    const chat = await WatchedConversation.create(client);
    const first = await chat.ask('question');
    const { answerId } = await client.request(Regenerate, { conversationId: chat.id, answerId: first.id });
    const second = await chat.finished(answerId);
    assert.equal(second.parentId, first.parentId);
    const edited = await client.request(SendMessage, {
      conversationId: chat.id,
      parentId: null,
      content: { text: 'another question', attachments: [] },
    });
    assert.ok(edited.kind === 'sent');
    await chat.finished(edited.answerId);
    assert.equal(stored(chat.id).currentId, edited.answerId);
    await client.request(SelectBranch, { conversationId: chat.id, messageId: first.parentId });
    assert.equal(stored(chat.id).currentId, second.id);
    assert.equal(Object.keys(stored(chat.id).messages).length, 5);
  });

  it('sends attachments with path, language and lines', async () => {
    const chat = await WatchedConversation.create(client);
    const attachment = {
      kind: 'selection' as const,
      path: 'src/a.ts',
      language: 'typescript',
      startLine: 3,
      endLine: 4,
      text: longText(300),
    };
    const plain = await chat.ask('x');
    const other = await WatchedConversation.create(client);
    const sent = await client.request(SendMessage, {
      conversationId: other.id,
      content: { text: 'x', attachments: [attachment] },
    });
    assert.ok(sent.kind === 'sent');
    const answer = await other.finished(sent.answerId);
    assert.ok(answer.figures!.inputTokens > plain.figures!.inputTokens + 250);
  });

  it('lists, renames and deletes', async () => {
    const chat = await WatchedConversation.create(client);
    await chat.ask('a title from the first line\nand more');
    const titles = async () =>
      (await client.request(ListConversations, null)).map(({ id, title }) => `${id} ${title}`);
    assert.ok((await titles()).includes(`${chat.id} a title from the first line`));
    await client.request(RenameConversation, { id: chat.id, title: 'renamed' });
    assert.ok((await titles()).includes(`${chat.id} renamed`));
    await client.request(DeleteConversation, { id: chat.id });
    assert.ok(!(await titles()).some((line) => line.startsWith(chat.id)));
    await assert.rejects(client.request(OpenConversation, { id: chat.id }), /no longer exists/);
  });

  it('refuses an id that is a path', async () => {
    await assert.rejects(client.request(OpenConversation, { id: '../settings' }), /no longer exists/);
  });

  it('says in words that a prompt is longer than the context, and keeps the message', async () => {
    const chat = await WatchedConversation.create(client);
    const answer = await chat.ask(longText(9_000));
    assert.equal(answer.error?.code, 'prompt-too-long');
    assert.match(answer.error.message, /the context holds 8,192/);
    assert.ok(Object.values(stored(chat.id).messages).some((message) => message.text.length === 9_000));
  });

  it('stops at the end of the context instead of forgetting the beginning', async () => {
    const { id } = await client.request(CreateConversation, { settings: endless() });
    const { watched: chat } = await WatchedConversation.open(client, id);
    const answer = await chat.ask(longText(7_500));
    assert.equal(answer.stopReason, 'context');
    assert.equal(answer.figures!.inputTokens + answer.figures!.outputTokens, 8_192);
  });
});

async function standsStill(client: HubClient): Promise<number> {
  const { evaluatedTokens } = await client.request(ReadMemory, {});
  // Two more rounds through the worker's event loop: a loop that still ran would have moved on.
  for (let round = 0; round < 20; round += 1) await client.request(ReadMemory, {});
  assert.equal((await client.request(ReadMemory, {})).evaluatedTokens, evaluatedTokens);
  return evaluatedTokens;
}

/** Greedy, the tiny model repeats itself for ever: an answer that lasts until it is stopped. */
function endless(maxTokens = 100_000) {
  const settings = conversationSettings({ maxTokens });
  return { ...settings, sampling: { ...settings.sampling, temperature: 0 } };
}

function conversationSettings({ maxTokens }: { maxTokens?: number }) {
  return {
    system: 'Reasoning: {effort}',
    instructions: '',
    effort: 'low' as const,
    sampling: { temperature: 1, topP: 1, topK: 0, minP: 0, seed: 7 },
    ...(maxTokens !== undefined && { maxTokens }),
  };
}
