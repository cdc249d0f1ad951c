/** "Ask Hearth About Selection", "Explain Selection" and "Fix Selection". */
import * as vscode from 'vscode';
import type { Attachment } from '../../shared/protocol/conversations';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import type { ChatController } from '../chat/chat-controller';
import { explained } from '../connection/explain-error';
import type { Log } from '../logs/log';
import { selectedLines } from './attachments';

interface Deps {
  chat: ChatController;
  log: Log;
}

export function register({ chat, log }: Deps): Disposable {
  const subscriptions = new DisposableStore();
  const command = (id: string, act: (attachment: Attachment) => Promise<void>): void => {
    subscriptions.add(
      vscode.commands.registerCommand(id, async () => {
        const editor = vscode.window.activeTextEditor;
        const attachment = editor === undefined ? undefined : selectedLines(editor);
        if (attachment === undefined) {
          void vscode.window.showInformationMessage('Select some code first.');
          return;
        }
        await explained(log, 'Asking about the selection', () => act(attachment));
      }),
    );
  };
  command('hearth.askSelection', (attachment) => chat.attach([attachment]));
  command('hearth.explainSelection', (attachment) =>
    chat.ask({ text: 'Explain this code.', attachments: [attachment] }),
  );
  command('hearth.fixSelection', (attachment) =>
    chat.ask({ text: 'Fix this code.', attachments: [attachment] }),
  );
  return subscriptions;
}
