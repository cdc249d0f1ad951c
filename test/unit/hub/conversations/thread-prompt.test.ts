import assert from 'node:assert/strict';
import { localDate, thread, threadPrompt } from '../../../../src/hub/conversations/thread-prompt';
import { answer, conversation, user } from '../../../support/conversations';

describe('threadPrompt', () => {
  const call = { id: 'c', name: 'f', argumentsJson: '{}' };
  const data = conversation(
    [
      user('u1', null),
      answer('a1', 'u1', { reasoning: 'because' }),
      answer('b1', 'u1'),
      user('u2', 'a1', {
        attachments: [
          { kind: 'selection', path: 'x.ts', language: 'ts', startLine: 1, endLine: 1, text: 'x' },
        ],
      }),
      answer('stopped', 'u2', { text: '', reasoning: 'only thought', stopReason: 'cancelled' }),
      answer('called', 'u2', { text: '', toolCalls: [call] }),
      user('u3', 'stopped'),
      user('u4', 'called'),
    ],
    { createdAt: new Date(2026, 0, 2, 23, 59).getTime() },
  );
  const texts = (leaf: string) => threadPrompt(data, leaf).messages.map((message) => message.text);

  it('has the thread of its branch only, in order', () => {
    assert.deepEqual(
      thread(data, 'u2').map(({ id }) => id),
      ['u1', 'a1', 'u2'],
    );
    assert.deepEqual(thread(data, null), []);
    assert.deepEqual(texts('b1'), ['text of u1', 'text of b1']);
    assert.deepEqual(threadPrompt(data, 'a1').messages[1], {
      role: 'assistant',
      text: 'text of a1',
      reasoning: 'because',
      toolCalls: [],
    });
  });

  it('has attachments before the text', () => {
    assert.deepEqual(texts('u2').at(-1), 'x.ts, line 1:\n```ts\nx\n```\n\ntext of u2');
  });

  it('leaves out an answer that was stopped before its first word, but not one that called a tool', () => {
    assert.deepEqual(
      threadPrompt(data, 'u3').messages.map(({ role }) => role),
      ['user', 'assistant', 'user', 'user'],
    );
    const called = threadPrompt(data, 'u4').messages[3];
    assert.ok(called?.role === 'assistant' && called.toolCalls.length === 1);
  });

  it('has the user’s instructions, and the day on which the conversation began', () => {
    const prompt = threadPrompt(data, 'u1');
    assert.deepEqual([prompt.system, prompt.instructions, prompt.effort, prompt.tools], ['system 2026-01-02 low', 'be brief', 'low', []]); // prettier-ignore
    assert.equal(localDate(new Date(2026, 10, 3)), '2026-11-03');
  });
});
