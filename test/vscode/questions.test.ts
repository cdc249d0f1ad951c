/** From the editor to the hub: the commands on a selection, and the light bulb on a problem. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { hearthHome } from '../../src/client/hearth-home';
import type { HubClient } from '../../src/client/hub-client';
import { connectToRunningHub } from '../../src/client/start-hub';
import {
  ListConversations,
  OpenConversation,
  type UserMessage,
} from '../../src/shared/protocol/conversations';

const TEXT = 'function a() {\n  return b;\n}\n\nfunction c() {}\n';

describe('a question about code', () => {
  let hub: HubClient;

  before(async () => {
    await vscode.extensions.getExtension('hearth.hearth')!.activate();
    hub = await eventually('a hub', () =>
      connectToRunningHub(hearthHome(), { kind: 'test', version: '0.1.0' }),
    );
    const document = await vscode.workspace.openTextDocument({ content: TEXT, language: 'javascript' });
    await vscode.window.showTextDocument(document);
  });

  beforeEach(() => vscode.commands.executeCommand('hearth.newChat'));

  after(async () => {
    hub.dispose();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('sends the selection with "Explain"', async () => {
    const editor = vscode.window.activeTextEditor!;
    editor.selection = new vscode.Selection(0, 3, 2, 1);
    await vscode.commands.executeCommand('hearth.explainSelection');
    const message = await sent('Explain this code.');
    assert.deepEqual(message.attachments, [
      {
        kind: 'selection',
        path: editor.document.uri.path,
        language: 'javascript',
        startLine: 1,
        endLine: 3,
        text: 'function a() {\n  return b;\n}',
      },
    ]);
  });

  it('sends the selection with "Fix"', async () => {
    vscode.window.activeTextEditor!.selection = new vscode.Selection(4, 0, 5, 0);
    await vscode.commands.executeCommand('hearth.fixSelection');
    const message = await sent('Fix this code.');
    assert.deepEqual(
      message.attachments.map(({ startLine, endLine, text }) => ({ startLine, endLine, text })),
      [{ startLine: 5, endLine: 5, text: 'function c() {}' }],
    );
  });

  it('offers "Explain" and "Fix" on a problem, and sends it with the code around it', async () => {
    const { document } = vscode.window.activeTextEditor!;
    const problems = vscode.languages.createDiagnosticCollection('test');
    const range = new vscode.Range(1, 9, 1, 10);
    problems.set(document.uri, [new vscode.Diagnostic(range, 'b is not defined.')]);
    try {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        range,
      );
      const ours = actions.filter(({ title }) => title.endsWith('with Hearth'));
      assert.deepEqual(ours.map(({ title }) => title).sort(), ['Explain with Hearth', 'Fix with Hearth']);
      const { command } = ours.find(({ title }) => title.startsWith('Fix'))!;
      await vscode.commands.executeCommand(command!.command, ...(command!.arguments as unknown[]));
      const message = await sent('Fix this problem in line 2: b is not defined.');
      assert.ok(message.attachments[0]?.text.includes('return b;'));
    } finally {
      problems.dispose();
    }
  });

  /** The user's message with this text, once the hub has it. */
  function sent(text: string): Promise<UserMessage> {
    return eventually(`a message "${text}"`, async () => {
      for (const { id } of await hub.request(ListConversations, null)) {
        const { conversation } = await hub.request(OpenConversation, { id });
        const found = Object.values(conversation.messages).find(
          (message): message is UserMessage => message.role === 'user' && message.text === text,
        );
        if (found !== undefined) return found;
      }
      return undefined;
    });
  }
});

async function eventually<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`There is no ${what}.`);
    await delay(50);
  }
}
