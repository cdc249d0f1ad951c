import assert from 'node:assert/strict';
import type { ConversationEvent } from '../../../src/shared/protocol/conversations';
import type { ToWebview } from '../../../src/shared/protocol/webview';
import { initialState, runningAnswerId, type ChatState } from '../../../webview/state/chat-state';
import { reduce, type UserAction } from '../../../webview/state/reduce';
import {
  answer,
  runningAnswer,
  SELECTION,
  snapshot,
  userMessage,
  viewState,
} from '../../support/webview-samples';

const question = userMessage('u1', null, 'Why?');
const shown: ToWebview = { type: 'conversation', snapshot: snapshot([question]) };

function after(state: ChatState, ...messages: ToWebview[]): ChatState {
  return messages.reduce(
    (current, message, index) => reduce(current, { from: 'extension', message }, index * 1000),
    state,
  );
}

function user(state: ChatState, action: UserAction): ChatState {
  return reduce(state, { from: 'user', action }, 0);
}

function event(sequence: number, value: ConversationEvent, conversationId = 'c1'): ToWebview {
  return { type: 'event', conversationId, sequence, event: value };
}

const begun = event(1, { type: 'messages', messages: [runningAnswer('a1', 'u1')], currentId: 'a1' });
const delta = (sequence: number, text: string, reasoning = ''): ToWebview =>
  event(sequence, { type: 'delta', messageId: 'a1', reasoning, text });

describe('reduce: events by number', () => {
  it('applies events in order', () => {
    const state = after(initialState(), shown, begun, delta(2, 'Be'), delta(3, 'cause'));
    assert.equal(state.live['a1']?.text, 'Because');
    assert.equal(runningAnswerId(state), 'a1');
    assert.equal(state.sequence, 3);
  });

  it('ignores an event that it has seen', () => {
    const state = after(initialState(), shown, begun, delta(2, 'Be'), delta(2, 'Be'), begun);
    assert.equal(state.live['a1']?.text, 'Be');
    assert.equal(state.resyncing, false);
  });

  it('asks for a new snapshot after a gap and ignores events until it comes', () => {
    const gap = after(initialState(), shown, begun, delta(3, 'lost before'));
    assert.equal(gap.resyncing, true);
    assert.equal(after(gap, delta(2, 'late')).live['a1']?.text, '');
    const answered = { ...runningAnswer('a1', 'u1'), text: 'All of it' };
    const fresh = after(
      gap,
      { type: 'conversation', snapshot: snapshot([question, answered], 7) },
      delta(8, '.'),
    );
    assert.equal(fresh.resyncing, false);
    assert.equal(fresh.live['a1']?.text, 'All of it.');
  });

  it('asks for a new snapshot when the event is of another conversation', () => {
    assert.equal(after(initialState(), shown, event(1, { type: 'deleted' }, 'c2')).resyncing, true);
    assert.equal(after(initialState(), { type: 'conversation', snapshot: null }, begun).resyncing, true);
  });

  it('waits for the first snapshot', () => {
    assert.equal(after(initialState(), begun).resyncing, false);
  });
});

describe('reduce: answers', () => {
  it('leaves the conversation and the thread alone while an answer grows', () => {
    const before = after(initialState(), shown, begun);
    const grown = after(before, delta(2, 'text'));
    assert.equal(grown.conversation, before.conversation);
    assert.equal(grown.thread, before.thread);
  });

  it('measures the reasoning until the text begins', () => {
    const state = after(
      initialState(),
      shown,
      begun,
      delta(2, '', 'Hm'), // at 2 s
      event(3, {
        type: 'progress',
        messageId: 'a1',
        progress: { phase: 'decode', tokens: 9, tokensPerSecond: 3 },
      }),
      delta(4, 'So'), // at 4 s
      delta(5, ' it is'),
    );
    const { reasoningMs, reasoningTokens, reasoning } = state.live['a1']!;
    assert.deepEqual(
      { reasoningMs, reasoningTokens, reasoning },
      { reasoningMs: 2000, reasoningTokens: 9, reasoning: 'Hm' },
    );
  });

  it('puts the finished message in place of the running one and says it once', () => {
    const running = after(initialState(), shown, begun, delta(2, 'Be'));
    assert.equal(running.announcement, 'Answering');
    const state = after(running, event(3, { type: 'finished', message: answer('a1', 'u1', 'Because.') }));
    assert.deepEqual(state.live, {});
    assert.equal(runningAnswerId(state), null);
    assert.equal(state.thread.at(-1)?.message.text, 'Because.');
    assert.equal(state.announcement, 'Because.');
  });

  it('ignores text of an answer that it does not know', () => {
    const state = after(initialState(), shown);
    assert.deepEqual(after(state, delta(1, 'x')).live, {});
  });

  it('forgets that it asked to stop once the answer has ended', () => {
    const stopping = user(after(initialState(), shown, begun), { type: 'stopping', answerId: 'a1' });
    assert.equal(stopping.stoppingId, 'a1');
    const ended = after(stopping, event(2, { type: 'finished', message: answer('a1', 'u1', '') }));
    assert.equal(ended.stoppingId, null);
  });

  it('shows another branch when the conversation changes to it', () => {
    const messages = [question, answer('a1', 'u1', 'one'), answer('a2', 'u1', 'two')];
    const state = after(initialState(), { type: 'conversation', snapshot: snapshot(messages) });
    const { settings } = state.conversation!;
    const changed = after(state, event(1, { type: 'changed', title: 'T', currentId: 'a1', settings }));
    assert.equal(changed.thread.at(-1)?.message.id, 'a1');
    assert.equal(changed.conversation?.title, 'T');
  });

  it('is empty after the conversation was deleted', () => {
    const state = after(initialState(), shown, begun, event(2, { type: 'deleted' }));
    assert.deepEqual([state.conversation, state.thread, state.live], [null, [], {}]);
  });
});

describe('reduce: sending', () => {
  const draft = { text: 'Next', attachments: [SELECTION], branchFrom: null };
  const sent = user(after(initialState(draft), shown, begun), { type: 'sent', draft, from: 'composer' });
  const failed: ToWebview = { type: 'error', error: { code: 'storage-full', message: 'Full.', advice: '' } };

  it('empties the composer', () => {
    assert.equal(sent.draft.text, '');
    assert.deepEqual(sent.draft.attachments, []);
  });

  it('keeps pending messages as the extension lists them', () => {
    const state = after(sent, event(2, { type: 'pending', pending: [{ id: 'p1', content: draft }] }));
    assert.equal(state.conversation?.pending[0]?.content.text, 'Next');
    assert.equal(state.sending, null);
    assert.equal(after(state, failed).draft.text, '');
  });

  it('gives the text back when sending fails', () => {
    assert.deepEqual(after(sent, failed).draft, draft);
    assert.equal(after(sent, failed).notice?.code, 'storage-full');
    assert.deepEqual(after(sent, shown, failed).draft, draft, 'also after a snapshot that lacks it');
  });

  it('does not overwrite what was typed since', () => {
    const typed = user(sent, { type: 'type', text: 'Newer' });
    assert.equal(after(typed, failed).draft.text, 'Newer');
  });

  it('leaves the composer alone when a message is edited in place', () => {
    const state = after(initialState({ ...draft, text: 'Draft' }), shown);
    const edited = user(state, { type: 'sent', draft, from: 'message' });
    assert.equal(edited.draft.text, 'Draft');
    assert.equal(edited.editingId, null);
  });
});

describe('reduce: composer and lists', () => {
  it('adds the same lines once, with their newest text', () => {
    const attach: ToWebview = { type: 'attach', attachments: [SELECTION] };
    const newer: ToWebview = { type: 'attach', attachments: [{ ...SELECTION, text: 'new' }] };
    const state = after(initialState(), attach, newer);
    assert.deepEqual(
      state.draft.attachments.map(({ text }) => text),
      ['new'],
    );
    assert.equal(state.focusRequests, 2);
    assert.deepEqual(user(state, { type: 'detach', attachment: SELECTION }).draft.attachments, []);
  });

  it('takes a text only into an empty composer', () => {
    const compose: ToWebview = { type: 'compose', text: 'Explain this' };
    assert.equal(after(initialState(), compose).draft.text, 'Explain this');
    const typed = user(initialState(), { type: 'type', text: 'mine' });
    assert.equal(after(typed, compose).draft.text, 'mine');
  });

  it('refreshes an open history without closing it', () => {
    const list = (open: boolean): ToWebview => ({ type: 'history', conversations: [], open });
    assert.equal(after(initialState(), list(false)).history.open, false);
    const open = after(initialState(), list(true), list(false));
    assert.equal(open.history.open, true);
    assert.equal(user(open, { type: 'closeHistory' }).history.open, false);
  });

  it('keeps the draft over state and snapshots, but not a branch that is gone', () => {
    const state = initialState({ text: 'mine', attachments: [], branchFrom: 'gone' });
    const next = after(state, { type: 'state', state: viewState() }, shown);
    assert.deepEqual(next.draft, { text: 'mine', attachments: [], branchFrom: null });
  });
});
