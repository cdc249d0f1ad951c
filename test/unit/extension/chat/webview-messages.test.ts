import assert from 'node:assert/strict';
import { parseFromWebview } from '../../../../src/extension/chat/webview-messages';
import type { FromWebview } from '../../../../src/shared/protocol/webview';

const attachment = {
  kind: 'selection' as const,
  path: 'a.ts',
  language: 'typescript',
  startLine: 3,
  endLine: 4,
  text: 'x\ny',
};

describe('parseFromWebview', () => {
  const good: FromWebview[] = [
    { type: 'ready' },
    { type: 'send', content: { text: 'hi', attachments: [attachment] } },
    { type: 'send', content: { text: 'hi', attachments: [] }, parentId: null },
    { type: 'send', content: { text: 'hi', attachments: [] }, parentId: 'm1' },
    { type: 'stop', answerId: 'a' },
    { type: 'regenerate', answerId: 'a' },
    { type: 'selectBranch', messageId: 'a' },
    { type: 'editPending', pendingId: 'p', content: null },
    { type: 'editPending', pendingId: 'p', content: { text: 'x', attachments: [] } },
    { type: 'setEffort', effort: 'low' },
    { type: 'newChat' },
    { type: 'showHistory' },
    { type: 'openConversation', id: 'c' },
    { type: 'renameConversation', id: 'c', title: 'T' },
    { type: 'deleteConversation', id: 'c' },
    { type: 'copy', text: 'x' },
    { type: 'insertAtCursor', code: 'x' },
    { type: 'newFile', code: 'x', language: 'ts' },
    { type: 'applyCode', code: 'x', language: 'ts' },
    { type: 'applyCode', code: 'x', language: 'ts', attachment },
    { type: 'openFile', path: 'a.ts', line: 3 },
    { type: 'openLink', url: 'https://example.org' },
    { type: 'command', command: 'switchModel' },
  ];
  for (const message of good) {
    it(`takes ${JSON.stringify(message)}`, () => assert.deepEqual(parseFromWebview(message), message));
  }

  const bad: unknown[] = [
    undefined,
    null,
    'ready',
    [],
    {},
    { type: 'toString' },
    { type: '__proto__' },
    { type: 'send', content: { text: 'hi' } },
    { type: 'send', content: { text: 'hi', attachments: [{ ...attachment, startLine: 0 }] } },
    { type: 'send', content: { text: 'hi', attachments: [] }, parentId: 3 },
    { type: 'setEffort', effort: 'max' },
    { type: 'applyCode', code: 'x', language: 'ts', attachment: { path: 'a' } },
    { type: 'openFile', path: 'a', line: 0 },
    { type: 'command', command: 'workbench.action.quit' },
  ];
  for (const message of bad) {
    it(`refuses ${JSON.stringify(message)}`, () => assert.equal(parseFromWebview(message), undefined));
  }

  it('drops fields that it does not know', () => {
    assert.deepEqual(parseFromWebview({ type: 'stop', answerId: 'a', extra: 1 }), {
      type: 'stop',
      answerId: 'a',
    });
  });
});
