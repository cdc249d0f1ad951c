import assert from 'node:assert/strict';
import type { FromWebview, ToWebview } from '../../../src/shared/protocol/webview';
import { isToWebview } from '../../../webview/messaging';
import { createActions } from '../../../webview/state/actions';
import { ChatStore } from '../../../webview/state/chat-store';
import { readDraft } from '../../../webview/state/draft';
import { runningAnswer, SELECTION, snapshot, userMessage, viewState } from '../../support/webview-samples';

function start(saved?: unknown) {
  const posted: FromWebview[] = [];
  const states: unknown[] = [];
  const frames: (() => void)[] = [];
  let send: (message: ToWebview) => void = () => undefined;
  const store = new ChatStore(
    {
      post: (message) => posted.push(message),
      onMessage: (listener) => (send = listener),
      savedState: () => saved,
      saveState: (state) => states.push(state),
    },
    { now: () => 0, next: (callback) => frames.push(callback) },
  );
  const frame = () => {
    for (const callback of frames.splice(0)) callback();
  };
  return {
    store,
    actions: createActions(store),
    posted,
    states,
    send: (message: ToWebview) => send(message),
    frame,
  };
}

const question = userMessage('u1', null, 'Why?');
const shown: ToWebview = { type: 'conversation', snapshot: snapshot([question, runningAnswer('a1', 'u1')]) };

describe('ChatStore', () => {
  it('says that it is ready, and again after a gap, once', () => {
    const { posted, send, frame } = start();
    assert.deepEqual(posted, [{ type: 'ready' }]);
    send(shown);
    for (const sequence of [5, 6, 7]) {
      send({ type: 'event', conversationId: 'c1', sequence, event: { type: 'deleted' } });
      frame();
    }
    assert.deepEqual(posted, [{ type: 'ready' }, { type: 'ready' }]);
  });

  it('changes once a frame, however many events come', () => {
    const { store, send, frame } = start();
    let changes = 0;
    store.subscribe(() => changes++);
    send(shown);
    for (let sequence = 1; sequence <= 50; sequence++) {
      const event = { type: 'delta', messageId: 'a1', reasoning: '', text: 'x' } as const;
      send({ type: 'event', conversationId: 'c1', sequence, event });
    }
    assert.equal(changes, 0);
    frame();
    assert.equal(changes, 1);
    assert.equal(store.state.live['a1']?.text.length, 50);
  });

  it('takes in what has come before it acts for the user', () => {
    const { store, send } = start();
    send({ type: 'state', state: viewState({ demoModelOnly: true }) });
    store.act({ type: 'type', text: 'x' });
    assert.equal(store.state.view.demoModelOnly, true);
  });

  it('saves the draft and finds it again', () => {
    const { store, states } = start();
    store.act({ type: 'type', text: 'half a sen' });
    store.saveNow();
    const again = start(states.at(-1));
    assert.equal(again.store.state.draft.text, 'half a sen');
  });
});

describe('readDraft', () => {
  const check = (saved: unknown, text: string, attachments: number) => {
    const draft = readDraft(saved);
    assert.deepEqual([draft.text, draft.attachments.length], [text, attachments]);
  };
  it('reads what it wrote', () =>
    check({ draft: { text: 'a', attachments: [SELECTION], branchFrom: null } }, 'a', 1));
  it('drops what it does not understand', () => {
    check(undefined, '', 0);
    check('text', '', 0);
    check({ draft: { text: 7, attachments: [{ path: 'x' }, null, SELECTION] } }, '', 1);
  });
});

describe('actions', () => {
  it('sends the draft, and from an earlier answer if so chosen', () => {
    const { store, actions, posted } = start();
    actions.sendDraft();
    assert.equal(posted.length, 1, 'nothing to send');
    store.act({ type: 'type', text: 'Hello' });
    actions.sendDraft();
    store.act({ type: 'type', text: 'Other way' });
    store.act({ type: 'branchFrom', answerId: 'a1' });
    actions.sendDraft();
    assert.deepEqual(posted.slice(1), [
      { type: 'send', content: { text: 'Hello', attachments: [] } },
      { type: 'send', content: { text: 'Other way', attachments: [] }, parentId: 'a1' },
    ]);
  });

  it('keeps the draft while the hub is not there', () => {
    const { store, actions, posted, send, frame } = start();
    const error = { code: 'hub-lost', message: '', advice: '' } as const;
    send({ type: 'state', state: viewState({ hub: { kind: 'failed', error } }) });
    frame();
    store.act({ type: 'type', text: 'Hello' });
    actions.sendDraft();
    assert.equal(posted.length, 1);
    assert.equal(store.state.draft.text, 'Hello');
  });

  it('sends an edited message as a branch beside the old one', () => {
    const { actions, posted } = start();
    actions.sendEdit(question, { text: 'How?', attachments: [] });
    assert.deepEqual(posted.at(-1), {
      type: 'send',
      content: { text: 'How?', attachments: [] },
      parentId: null,
    });
  });

  it('stops the running answer once', () => {
    const { actions, posted, send, frame } = start();
    actions.stop();
    assert.equal(posted.length, 1, 'nothing runs');
    send(shown);
    frame();
    actions.stop();
    actions.stop();
    assert.deepEqual(posted.slice(1), [{ type: 'stop', answerId: 'a1' }]);
  });

  it('opens the last user message for editing', () => {
    const { store, actions, send, frame } = start();
    send(shown);
    frame();
    actions.editLast();
    assert.equal(store.state.editingId, 'u1');
  });
});

describe('isToWebview', () => {
  it('knows its messages by their type', () => {
    assert.equal(isToWebview({ type: 'state', state: viewState() }), true);
    for (const other of [null, 'state', {}, { type: 'toString' }, { type: 'webpackOk' }, { type: 1 }]) {
      assert.equal(isToWebview(other), false);
    }
  });
});
