import assert from 'node:assert/strict';
import {
  closeInterrupted,
  NewerFormatError,
  parseConversation,
  serializeConversation,
} from '../../../../src/hub/conversations/conversation-file';
import { errorInfo } from '../../../../src/shared/protocol/errors';
import { answer, conversation, user } from '../../../support/conversations';

/** What a test breaks. */
type Draft = Record<string, unknown> & { messages: Record<string, Record<string, unknown>> };

describe('a conversation’s file', () => {
  const whole = conversation([user('u1', null), answer('a1', 'u1'), user('u2', 'a1'), answer('b1', 'u1')], {
    currentId: 'b1',
    pending: [{ id: 'p', content: { text: 'later', attachments: [] } }],
  });

  it('comes back as it was', () => {
    const text = serializeConversation(whole);
    assert.deepEqual(parseConversation(text), whole);
    assert.equal(serializeConversation(parseConversation(text)), text);
    const empty = conversation([]);
    assert.deepEqual(parseConversation(serializeConversation(empty)), empty);
  });

  function check(
    change: (file: { format: unknown; version: unknown; conversation: Draft }) => void,
    message: RegExp,
  ) {
    const file = JSON.parse(serializeConversation(whole)) as Parameters<typeof change>[0];
    change(file);
    assert.throws(
      () => parseConversation(JSON.stringify(file)),
      (error) => {
        const info = errorInfo(error);
        assert.equal(info.code, 'conversation-damaged');
        assert.match(info.message, message);
        return true;
      },
    );
  }

  it('is refused in words when something is wrong with it', () => {
    check((file) => (file.format = 'x'), /not a conversation of Hearth/);
    check((file) => Reflect.deleteProperty(file, 'conversation'), /parts of it are missing/);
    for (const key of Object.keys(whole))
      check((file) => Reflect.deleteProperty(file.conversation, key), /parts of it/);
    check((file) => (file.conversation['currentId'] = 'gone'), /last message is missing/);
    check((file) => (file.conversation['currentId'] = 'toString'), /last message is missing/);
    check((file) => (file.conversation.messages['a1']!['parentId'] = 'gone'), /lost the one before it/);
    check((file) => (file.conversation.messages['u1']!['parentId'] = 'a1'), /form a circle/);
    check((file) => (file.conversation.messages['u1']!['parentId'] = 'u1'), /form a circle/);
  });

  it('is refused when a message is not one', () => {
    for (const [id, wrong] of [
      ['u1', null],
      ['u1', { ...whole.messages['u1'], id: 'other' }],
      ['u1', { ...whole.messages['u1'], text: 5 }],
      ['u1', { ...whole.messages['u1'], attachments: undefined }],
      ['u1', { ...whole.messages['u1'], role: 'tool' }],
      ['a1', { ...whole.messages['a1'], parentId: null }],
      ['a1', { ...whole.messages['a1'], status: 'x' }],
      ['a1', { ...whole.messages['a1'], toolCalls: {} }],
    ] as const)
      check((file) => Object.assign(file.conversation.messages, { [id]: wrong }), /parts of it are missing/);
    for (const wrong of [null, {}, { id: 'p' }, { id: 'p', content: { text: 'x' } }])
      check((file) => (file.conversation['pending'] = [wrong]), /parts of it are missing/);
  });

  it('is damaged when it is cut off anywhere', () => {
    const text = serializeConversation(whole).trimEnd();
    for (let length = 0; length < text.length; length += 1)
      assert.throws(
        () => parseConversation(text.slice(0, length)),
        (error) => errorInfo(error).code === 'conversation-damaged',
      );
    for (const other of ['null', '5', '"x"', '[]'])
      assert.throws(() => parseConversation(other), /not a conversation of Hearth/);
  });

  it('does not quote what was said in the sentence about the damage', () => {
    assert.throws(
      () => parseConversation('{"format": newer Hearth secret'),
      (error) => !errorInfo(error).message.includes('secret') && !(error instanceof NewerFormatError),
    );
  });

  it('of a newer version is told from a damaged one', () => {
    const text = serializeConversation(whole).replace('"version": 1', '"version": 2');
    assert.throws(() => parseConversation(text), NewerFormatError);
    check((file) => (file.version = 2), /newer Hearth \(format 2\)/);
  });
});

describe('closeInterrupted', () => {
  it('ends what was running with what had been said, and nothing else', () => {
    const data = conversation([
      user('u', null),
      answer('done', 'u', { text: 'whole' }),
      answer('cut', 'u', { status: 'running', text: '' }),
    ]);
    const closed = closeInterrupted(data, (id) => ({ reasoning: `${id}?`, text: 'half' }));
    assert.deepEqual(
      closed.map(({ id }) => id),
      ['cut'],
    );
    const { status, stopReason, reasoning, text, error } = closed[0]!;
    assert.deepEqual([status, stopReason, reasoning, text, error?.code], ['finished', 'failed', 'cut?', 'half', 'hub-lost']); // prettier-ignore
    assert.equal((data.messages['done'] as { text: string }).text, 'whole');
    assert.deepEqual(parseConversation(serializeConversation(data)), data);
  });

  it('keeps the beginning of an answer that was being continued', () => {
    const data = conversation([
      user('u', null),
      answer('cut', 'u', { status: 'running', text: 'The beginning' }),
    ]);
    const [closed] = closeInterrupted(data, () => ({ reasoning: '', text: '' }));
    assert.equal(closed?.text, 'The beginning');
  });
});
