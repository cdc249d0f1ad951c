import assert from 'node:assert/strict';
import type { Attachment } from '../../../../src/shared/protocol/conversations';
import { lineRange, userText } from '../../../../src/shared/util/user-text';

describe('userText', () => {
  const attachment = (text: string, fields: Partial<Attachment> = {}): Attachment => ({
    kind: 'selection',
    path: 'src/a.ts',
    language: 'ts',
    startLine: 3,
    endLine: 4,
    text,
    ...fields,
  });

  it('is what the user wrote, unchanged', () => {
    for (const text of ['x', '  x\n', '', '```\ncode'])
      assert.equal(userText({ text, attachments: [] }), text);
  });

  it('has each attachment before it, with path, language and lines', () => {
    const attachments = [
      attachment('one\ntwo'),
      attachment('x\n', { path: 'b.py', language: 'python', endLine: 3 }),
    ];
    assert.equal(
      userText({ text: 'why?', attachments }),
      'src/a.ts, lines 3-4:\n```ts\none\ntwo\n```\n\nb.py, line 3:\n```python\nx\n```\n\nwhy?',
    );
    assert.equal(
      userText({ text: '', attachments: attachments.slice(1) }),
      'b.py, line 3:\n```python\nx\n```',
    );
  });

  it('puts code that has fences of its own into longer ones', () => {
    const cases: [text: string, fence: string][] = [
      ['no fence', '```'],
      ['a `` b', '```'],
      ['```ts\nx\n```', '````'],
      ['``````', '```````'],
      ['x ````` y ```', '``````'],
    ];
    for (const [text, fence] of cases)
      assert.equal(
        userText({ text: '', attachments: [attachment(text)] }),
        `src/a.ts, lines 3-4:\n${fence}ts\n${text}\n${fence}`,
      );
  });

  it('names lines', () => {
    assert.equal(lineRange({ startLine: 3, endLine: 3 }), 'line 3');
    assert.equal(lineRange({ startLine: 3, endLine: 9 }), 'lines 3-9');
  });
});
