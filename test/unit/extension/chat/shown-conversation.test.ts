import assert from 'node:assert/strict';
import { ShownConversation } from '../../../../src/extension/chat/shown-conversation';
import {
  CloseConversation,
  ConversationChanged,
  CreateConversation,
  OpenConversation,
  type AssistantMessage,
  type Conversation,
  type ConversationSnapshot,
} from '../../../../src/shared/protocol/conversations';
import { HearthError } from '../../../../src/shared/protocol/errors';
import type { ToWebview } from '../../../../src/shared/protocol/webview';
import { DisposableStore } from '../../../../src/shared/util/disposable';
import { FakeHub } from '../../../support/fake-hub';

const conversation = (id: string, messages: AssistantMessage[] = []): Conversation => ({
  id,
  title: id,
  createdAt: 0,
  updatedAt: 0,
  settings: {
    system: '',
    instructions: '',
    effort: 'low',
    sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 },
  },
  messages: Object.fromEntries(messages.map((message) => [message.id, message])),
  currentId: null,
  pending: [],
});

const answer: AssistantMessage = {
  role: 'assistant',
  id: 'a1',
  parentId: 'u1',
  createdAt: 0,
  model: 'm',
  reasoning: '',
  text: '',
  toolCalls: [],
  status: 'running',
};

let own: DisposableStore;

function scene(remembered?: string) {
  const hub = new FakeHub();
  const memory = { id: remembered, written: Promise.resolve() };
  const told: ToWebview[] = [];
  const errors: unknown[] = [];
  let sequence = 10;
  const snapshot = (id: string): ConversationSnapshot => ({
    sequence,
    conversation: conversation(id),
    progress: {},
  });
  hub.answer(OpenConversation, ({ id }) => snapshot(id));
  hub.answer(CloseConversation, () => null);
  hub.answer(CreateConversation, () => conversation('new'));
  const shown = own.add(
    new ShownConversation(
      hub,
      {
        read: () => memory.id,
        write: (id) => {
          memory.id = id;
          return memory.written;
        },
      },
      (error) => errors.push(error),
    ),
  );
  shown.onMessage((message) => told.push(message));
  const event = (number: number, text = 'x', conversationId = 'c1') =>
    hub.notify(ConversationChanged, {
      conversationId,
      sequence: number,
      event: { type: 'delta', messageId: 'a1', reasoning: '', text },
    });
  return {
    hub,
    memory,
    told,
    errors,
    shown,
    event,
    setSequence: (next: number) => (sequence = next),
    opened: () => hub.requests.filter(({ method }) => method === OpenConversation.method).length,
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the shown conversation', () => {
  beforeEach(() => (own = new DisposableStore()));
  afterEach(() => own.dispose());

  it('is the remembered one, opened when the hub is there', async () => {
    const { hub, told } = scene('c1');
    hub.connect();
    await settled();
    assert.deepEqual(
      told.map(({ type }) => type),
      ['conversation'],
    );
  });

  it('passes events on in order, once', async () => {
    const { hub, told, event } = scene('c1');
    hub.connect();
    await settled();
    event(10); // in the snapshot already
    event(11);
    event(11);
    event(12);
    event(12, 'x', 'another');
    assert.deepEqual(
      told.slice(1).map((message) => (message.type === 'event' ? message.sequence : message.type)),
      [11, 12],
    );
  });

  it('is opened again when an event was missed', async () => {
    const { hub, told, event, opened, setSequence } = scene('c1');
    hub.connect();
    await settled();
    setSequence(13);
    event(13);
    await settled();
    assert.equal(opened(), 2);
    event(14);
    assert.deepEqual(
      told.map(({ type }) => type),
      ['conversation', 'conversation', 'event'],
    );
  });

  it('is opened again after a reconnect', async () => {
    const { hub, opened } = scene('c1');
    hub.connect();
    await settled();
    hub.disconnect();
    hub.connect();
    await settled();
    assert.equal(opened(), 2);
  });

  it('is created with the first message, with what was set before', async () => {
    const { hub, shown, memory } = scene();
    hub.connect();
    shown.configureDraft({ effort: 'high' });
    const ids = await Promise.all([shown.ensure(), shown.ensure()]);
    assert.deepEqual(ids, ['new', 'new']);
    const created = hub.requests.filter(({ method }) => method === CreateConversation.method);
    assert.deepEqual(
      created.map(({ params }) => params),
      [{ settings: { effort: 'high' } }],
    );
    assert.equal(memory.id, 'new');
  });

  it('is remembered before anything is sent there: this process may be killed at any moment', async () => {
    const { hub, shown, memory } = scene();
    hub.connect();
    let written = (): void => undefined;
    memory.written = new Promise((resolve) => (written = resolve));
    let id: string | undefined;
    const ensured = shown.ensure().then((ensuredId) => (id = ensuredId));
    await settled();
    assert.deepEqual([memory.id, id], ['new', undefined]);
    written();
    assert.equal(await ensured, 'new');
  });

  it('gives way to an empty one when it is gone', async () => {
    const { hub, told, errors, memory } = scene('c1');
    hub.answer(OpenConversation, () => {
      throw new HearthError('conversation-not-found', 'Gone.', '');
    });
    hub.connect();
    await settled();
    assert.deepEqual(told, [{ type: 'conversation', snapshot: null }]);
    assert.deepEqual(errors, []);
    assert.equal(memory.id, undefined);
  });

  it('closes the one before, also if it was still being opened', async () => {
    const { hub, shown } = scene('c1');
    hub.connect();
    await settled();
    await Promise.all([shown.show('c2'), shown.show('c3')]);
    const closed = hub.requests.filter(({ method }) => method === CloseConversation.method);
    assert.deepEqual(
      closed.map(({ params }) => params),
      [{ id: 'c1' }, { id: 'c2' }],
    );
  });

  it('ignores an opening that was overtaken', async () => {
    const { hub, shown, told } = scene();
    hub.connect();
    const waiting: (() => void)[] = [];
    hub.answer(OpenConversation, ({ id }) => {
      const snapshot = { sequence: 1, conversation: conversation(id), progress: {} };
      return new Promise((resolve) => waiting.push(() => resolve(snapshot)));
    });
    const first = shown.show('c1');
    const second = shown.show('c2');
    for (const go of waiting.reverse()) go();
    await Promise.all([first, second]);
    const shownIds = told.map(
      (message) => message.type === 'conversation' && message.snapshot?.conversation.id,
    );
    assert.deepEqual(shownIds, ['c2']);
  });

  it('knows which answers are running', async () => {
    const { hub, shown } = scene('c1');
    const changes: boolean[] = [];
    shown.onDidChangeRunning((running) => changes.push(running));
    hub.connect();
    await settled();
    hub.notify(ConversationChanged, {
      conversationId: 'c1',
      sequence: 11,
      event: { type: 'messages', messages: [answer], currentId: 'a1' },
    });
    assert.deepEqual(shown.runningAnswers, ['a1']);
    hub.notify(ConversationChanged, {
      conversationId: 'c1',
      sequence: 12,
      event: { type: 'finished', message: { ...answer, status: 'finished' } },
    });
    assert.deepEqual(changes, [true, false]);
  });
});
