import assert from 'node:assert/strict';
import { chatHtml } from '../../../../src/extension/chat/chat-html';

describe('chatHtml', () => {
  const html = chatHtml({
    nonce: 'N0',
    cspSource: 'vscode:',
    scriptUri: 'vscode:/s.js',
    styleUris: ['vscode:/a.css'],
  });

  it('lets nothing run but the bundled script, and nothing be fetched', () => {
    const policy = /content="(default-src[^"]*)"/.exec(html)?.[1];
    assert.equal(
      policy,
      "default-src 'none'; script-src 'nonce-N0'; style-src vscode:; font-src vscode:; img-src vscode: data:; connect-src 'none'",
    );
    assert.doesNotMatch(html, /unsafe-(inline|eval)/);
    assert.equal(html.match(/<script/g)?.length, 1);
  });
});
