import './dom';
import assert from 'node:assert/strict';
import { h, options, render, type VNode } from 'preact';
import { act } from 'preact/test-utils';
import { modelOffers } from '../../../src/planner/model-offers';
import type { Message } from '../../../src/shared/protocol/conversations';
import type { FromWebview, ToWebview } from '../../../src/shared/protocol/webview';
import { App } from '../../../webview/components/app';
import { ChatStore } from '../../../webview/state/chat-store';
import {
  answer,
  runningAnswer,
  SELECTION,
  snapshot,
  userMessage,
  viewState,
} from '../../support/webview-samples';

const root = document.getElementById('root')!;
let posted: FromWebview[];
let send: (...messages: ToWebview[]) => void;

beforeEach(mount);
afterEach(unmount);

function mount(): void {
  posted = [];
  const frames: (() => void)[] = [];
  let receive: (message: ToWebview) => void = () => undefined;
  const store = new ChatStore(
    {
      post: (message) => posted.push(message),
      onMessage: (listener) => (receive = listener),
      savedState: () => undefined,
      saveState: () => undefined,
    },
    { now: () => 0, next: (callback) => frames.push(callback) },
  );
  send = (...messages) => {
    void act(() => {
      messages.forEach((message) => receive(message));
      for (const callback of frames.splice(0)) callback();
    });
  };
  act(() => render(h(App, { store }), root));
  send({ type: 'state', state: viewState() });
  posted = [];
}

function unmount(): void {
  void act(() => render(null, root));
}

function find(testId: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`[data-testid="${testId}"]`);
  assert.ok(found, `${testId} is not there`);
  return found;
}

function textBox(testId: string): HTMLTextAreaElement {
  return find(testId) as HTMLTextAreaElement;
}

function type(text: string): void {
  const box = textBox('composer');
  act(() => {
    box.value = text;
    box.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

function press(key: string, init: KeyboardEventInit = {}): void {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  act(() => void find('composer').dispatchEvent(event));
}

function shown(...messages: Message[]): ToWebview {
  return { type: 'conversation', snapshot: snapshot(messages) };
}

const question = { ...userMessage('u1', null, 'Why?'), attachments: [SELECTION] };

describe('the empty chat', () => {
  it('says of the demo model what it is, and which models fit this machine', () => {
    send({ type: 'conversation', snapshot: null });
    send({
      type: 'state',
      state: viewState({ demoModelOnly: true, models: [], offers: modelOffers(undefined) }),
    });
    assert.match(find('demo-note').innerHTML, /gpt-oss-120b<\/b> \(63\.4 GB\)/);
    assert.doesNotMatch(find('demo-note').textContent, /fits/);
    const gpu = { gpu: 'cuda' as const, deviceNames: [], vramTotalBytes: 24 * 2 ** 30 };
    const offers = modelOffers({ ...gpu, ramTotalBytes: 64 * 2 ** 30 });
    send({ type: 'state', state: viewState({ demoModelOnly: true, models: [], offers }) });
    assert.match(find('demo-note').textContent, /gpt-oss-20b \(12\.1 GB\) fits into your GPU's 24\.0 GiB/);
    assert.match(find('demo-note').textContent, /gpt-oss-120b \(63\.4 GB\) fits with 14 of 37 layers/);
  });
});

describe('the composer', () => {
  it('sends with Enter', () => {
    type('Hello');
    press('Enter');
    assert.deepEqual(posted, [{ type: 'send', content: { text: 'Hello', attachments: [] } }]);
    assert.equal(textBox('composer').value, '');
  });

  it('does not send with Shift+Enter, nor while an input method composes', () => {
    type('Hello');
    press('Enter', { shiftKey: true });
    press('Enter', { isComposing: true });
    assert.deepEqual(posted, []);
  });

  it('becomes stop while an answer runs, and send again for what is typed', () => {
    send(shown(question, runningAnswer('a1', 'u1')));
    assert.equal(root.querySelector('[data-testid=send]'), null);
    press('Escape');
    assert.deepEqual(posted, [{ type: 'stop', answerId: 'a1' }]);
    assert.equal(find('stop').getAttribute('aria-disabled'), 'true');
    type('And?');
    press('Enter');
    assert.deepEqual(posted.at(-1), { type: 'send', content: { text: 'And?', attachments: [] } });
  });

  it('edits the last message with arrow-up, only when it is empty', () => {
    send(shown(question, answer('a1', 'u1', 'So.')));
    type('x');
    press('ArrowUp');
    assert.equal(root.querySelector('[data-testid=inline-editor]'), null);
    type('');
    press('ArrowUp');
    assert.equal(textBox('inline-editor').value, 'Why?');
    assert.equal(document.activeElement, find('inline-editor'));
  });

  it('shows and removes chips', () => {
    send({ type: 'attach', attachments: [SELECTION] });
    assert.equal(find('chip').textContent, 'admission-queue.ts:12-40');
    act(() => find('chip').querySelector<HTMLElement>('.icon-button')?.click());
    assert.equal(root.querySelector('[data-testid=chip]'), null);
    assert.equal(document.activeElement, find('composer'));
  });
});

describe('the thread', () => {
  const turns = (count: number): Message[] =>
    Array.from({ length: count }, (_, index) => [
      userMessage(`u${index}`, index === 0 ? null : `a${index - 1}`, `Question ${index}`),
      answer(`a${index}`, `u${index}`, `Answer ${index}`),
    ]).flat();

  it('has few of many messages in the page', () => {
    send(shown(...turns(200)));
    const rows = root.querySelectorAll('[role=listitem]');
    assert.ok(rows.length > 0 && rows.length < 20, `${rows.length} rows`);
    assert.equal(rows[0]?.getAttribute('aria-setsize'), '400');
  });

  /** Components that are rendered for 20 tokens in a conversation of so many turns. */
  function rendersFor(count: number): number {
    const earlier = turns(count);
    const last = `a${count - 1}`;
    send(shown(...earlier, userMessage('u', last, 'Now?'), runningAnswer('a', 'u')));
    // There is no layout to scroll: the list is told that it is at its end.
    const thread = find('thread');
    void act(() => {
      thread.scrollTop = 1_000_000;
      thread.dispatchEvent(new Event('scroll'));
    });
    let renders = 0;
    const before = options.diffed?.bind(options);
    options.diffed = (vnode: VNode) => {
      if (typeof vnode.type === 'function') renders++;
      before?.(vnode);
    };
    for (let sequence = 1; sequence <= 20; sequence++) {
      const event = { type: 'delta', messageId: 'a', reasoning: '', text: 'word ' } as const;
      send({ type: 'event', conversationId: 'c1', sequence, event });
    }
    if (before === undefined) delete options.diffed;
    else options.diffed = before;
    assert.match(root.querySelector('[aria-busy=true]')?.textContent ?? '', /(word ){20}/);
    return renders;
  }

  it('renders no more for a token in a long conversation than in a short one', () => {
    const short = rendersFor(5);
    unmount();
    mount();
    const long = rendersFor(500);
    assert.ok(long <= short + 20, `${short} renders with 5 turns, ${long} with 500`);
  });

  it('says when an answer begins and what it said, not each token', () => {
    const said: string[] = [];
    const listen = () => said.push(find('announcement').textContent);
    send(shown(question));
    send({
      type: 'event',
      conversationId: 'c1',
      sequence: 1,
      event: { type: 'messages', messages: [runningAnswer('a1', 'u1')], currentId: 'a1' },
    });
    listen();
    send({
      type: 'event',
      conversationId: 'c1',
      sequence: 2,
      event: { type: 'delta', messageId: 'a1', reasoning: '', text: 'Because' },
    });
    listen();
    send({
      type: 'event',
      conversationId: 'c1',
      sequence: 3,
      event: { type: 'finished', message: answer('a1', 'u1', 'Because.') },
    });
    listen();
    assert.deepEqual(said, ['Answering', 'Answering', 'Because.']);
  });

  it('folds the reasoning and opens it on request', () => {
    send(shown(question, { ...answer('a1', 'u1', 'So.'), reasoning: 'Let me think.' }));
    const line = find('reasoning').querySelector('button')!;
    assert.equal(line.textContent, 'Thought for 4.2 s · 312 tokens');
    assert.equal(line.getAttribute('aria-expanded'), 'false');
    act(() => line.click());
    assert.equal(line.getAttribute('aria-expanded'), 'true');
    assert.match(find('reasoning').textContent, /Let me think\./);
  });

  it('switches between branches', () => {
    send(shown(question, answer('a1', 'u1', 'one'), answer('a2', 'u1', 'two')));
    const [previous] = find('branches').querySelectorAll<HTMLElement>('.icon-button');
    assert.match(find('branches').textContent, /2\/2/);
    act(() => previous?.click());
    assert.deepEqual(posted, [{ type: 'selectBranch', messageId: 'a1' }]);
  });

  it('shows an error with what to do', () => {
    const error = { code: 'worker-ended', message: 'It ended.', advice: 'Retry.' } as const;
    send(shown(question, { ...answer('a1', 'u1', 'Half'), stopReason: 'failed', error }));
    const buttons = [...find('error-card').querySelectorAll<HTMLElement>('vscode-button')];
    assert.deepEqual(
      buttons.map((button) => button.textContent),
      ['Go on', 'Reload model', 'Reload with less'],
    );
    act(() => buttons.forEach((button) => button.click()));
    assert.deepEqual(posted, [
      { type: 'continue', answerId: 'a1' },
      { type: 'command', command: 'reloadModel' },
      { type: 'command', command: 'reloadWithLess' },
    ]);
  });

  it('shows what the process said last, and offers to go on only where there is something to go on from', () => {
    const details = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    const error = { code: 'worker-ended', message: 'It ended.', advice: 'Retry.', details } as const;
    send(shown(question, { ...answer('a1', 'u1', ''), stopReason: 'failed', error }));
    const card = find('error-card');
    assert.equal(card.querySelector('pre')?.textContent, details.split('\n').slice(-12).join('\n'));
    const labels = [...card.querySelectorAll('vscode-button')].map((button) => button.textContent);
    assert.deepEqual(labels, ['Retry', 'Reload model', 'Reload with less']);
  });

  it('goes on with an answer that was stopped, if it is the last one', () => {
    send(shown(question, { ...answer('a1', 'u1', 'Half'), stopReason: 'cancelled' }));
    act(() => find('answer-continue').click());
    assert.deepEqual(posted, [{ type: 'continue', answerId: 'a1' }]);
  });
});

describe('the history', () => {
  const conversations = ['Alpha', 'Beta'].map((title, index) => ({
    id: title,
    title,
    messageCount: 2,
    updatedAt: 10 - index,
  }));

  it('walks with the arrows, opens, and closes with Escape', () => {
    send({ type: 'history', conversations, open: true });
    const key = (name: string) =>
      act(() => {
        const target = find('history').contains(document.activeElement)
          ? document.activeElement!
          : find('history');
        target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
      });
    key('ArrowDown');
    key('ArrowDown');
    assert.match(document.activeElement?.textContent ?? '', /Beta/);
    key('Delete');
    act(() => find('history-delete-confirm').click());
    assert.deepEqual(posted, [{ type: 'deleteConversation', id: 'Beta' }]);
    send({ type: 'history', conversations: conversations.slice(0, 1), open: false });
    assert.match(document.activeElement?.textContent ?? '', /Alpha/);
    key('Escape');
    assert.equal(root.querySelector('[data-testid=history]'), null);
    assert.equal(document.activeElement, find('composer'));
  });
});
