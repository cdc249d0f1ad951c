/** "Hearth: Report" has what happened, and nothing of what was said, of who said it, or of what opens the hub. */
import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { hearthHome } from '../../src/client/hearth-home';
import type { HubClient } from '../../src/client/hub-client';
import { readHubRecord } from '../../src/client/read-hub-record';
import { connectToRunningHub } from '../../src/client/start-hub';
import {
  ConversationChanged,
  CreateConversation,
  OpenConversation,
  SendMessage,
} from '../../src/shared/protocol/conversations';
import { until } from '../support/hub';

const SAID = 'the launch code is swordfish';
const INSTRUCTIONS = 'speak like a walrus';

describe('the report', () => {
  let hub: HubClient;

  before(async () => {
    await vscode.extensions.getExtension('hearth.hearth')!.activate();
    await vscode.commands.executeCommand('hearth.newChat');
    let client: HubClient | undefined;
    await until(
      async () => {
        client = await connectToRunningHub(hearthHome(), { kind: 'test', version: '0.1.0' });
        return client !== undefined;
      },
      30_000,
      'a hub',
    );
    assert.ok(client !== undefined);
    hub = client;
  });

  after(async () => {
    hub.dispose();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('has versions, machine, hub and logs, and no chat, no token and no name of the user', async () => {
    const { id } = await hub.request(CreateConversation, {
      settings: { instructions: INSTRUCTIONS, maxTokens: 3 },
    });
    await hub.request(OpenConversation, { id });
    const answered = new Promise<void>((resolve) => {
      hub.on(ConversationChanged, ({ conversationId, event }) => {
        if (conversationId === id && event.type === 'finished') resolve();
      });
    });
    await hub.request(SendMessage, { conversationId: id, content: { text: SAID, attachments: [] } });
    await answered;

    await vscode.commands.executeCommand('hearth.report');
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    for (const part of ['# Hearth report', '## Versions', '## Machine', '## Hub', '## hub.log', 'Device: '])
      assert.ok(text.includes(part), `${part} in\n${text}`);
    const record = await readHubRecord(hearthHome());
    assert.ok(record !== undefined);
    for (const secret of [SAID, 'swordfish', INSTRUCTIONS, record.token, hearthHome(), `${homedir()}/`])
      assert.ok(!text.includes(secret), `${secret} in\n${text}`);
  });
});
