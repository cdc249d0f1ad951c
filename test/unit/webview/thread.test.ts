import assert from 'node:assert/strict';
import { threadOf } from '../../../webview/state/thread';
import { answer, conversation, userMessage } from '../../support/webview-samples';

describe('threadOf', () => {
  const messages = [
    userMessage('u1', null, 'first'),
    answer('a1', 'u1', 'one'),
    answer('a1b', 'u1', 'another'),
    userMessage('u2', 'a1', 'second'),
    userMessage('u1b', null, 'first, edited'),
  ];
  const ids = (currentId: string | null) =>
    threadOf({ ...conversation(messages), currentId }).map(({ message }) => message.id);

  it('walks from the current message to the root', () => {
    assert.deepEqual(ids('u2'), ['u1', 'a1', 'u2']);
    assert.deepEqual(ids('a1b'), ['u1', 'a1b']);
    assert.deepEqual(ids('u1b'), ['u1b']);
    assert.deepEqual(ids(null), []);
    assert.deepEqual(ids('gone'), []);
  });

  it('names the siblings of each message, oldest first', () => {
    const thread = threadOf({ ...conversation(messages), currentId: 'a1b' });
    assert.deepEqual(
      thread.map(({ siblingIds }) => siblingIds),
      [
        ['u1', 'u1b'],
        ['a1', 'a1b'],
      ],
    );
  });

  it('ends on a damaged tree', () => {
    const circle = [userMessage('x', 'y', ''), answer('y', 'x', '')];
    assert.equal(threadOf({ ...conversation(circle), currentId: 'y' }).length, 2);
  });
});
