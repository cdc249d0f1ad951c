/** The chat: its view, its commands, and what its code blocks do in the editor. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { explained } from '../connection/explain-error';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import type { Log } from '../logs/log';
import type { ModelCatalog } from '../models/model-catalog';
import { ChatController } from './chat-controller';
import { CHAT_VIEW, registerChatView } from './chat-view';
import { editorActions } from './editor-actions';
import { Proposals, shownProposal } from './proposals';
import { ShownConversation, type ShownMemory } from './shown-conversation';

const SHOWN_KEY = 'hearth.shownConversation';

interface Deps {
  hub: Hub;
  store: HubStore;
  models: ModelCatalog;
  log: Log;
  context: vscode.ExtensionContext;
}

export function register({ hub, store, models, log, context }: Deps): Disposable & { chat: ChatController } {
  const subscriptions = new DisposableStore();
  const proposals = subscriptions.add(new Proposals());
  const shown = subscriptions.add(
    new ShownConversation(hub, memory(context.workspaceState, log), (error) =>
      log.error('Opening a chat', error),
    ),
  );
  const chat = subscriptions.add(
    new ChatController({
      hub,
      store,
      models,
      shown,
      actions: editorActions(proposals),
      logError: (doing, error) => log.error(doing, error),
    }),
  );
  subscriptions.add(registerChatView(chat, context.extensionUri));
  subscriptions.add(
    shown.onDidChangeRunning(
      (running) => void vscode.commands.executeCommand('setContext', 'hearth.answering', running),
    ),
  );

  const command = (id: string, doing: string, act: () => Promise<void>): void => {
    subscriptions.add(vscode.commands.registerCommand(id, () => explained(log, doing, act)));
  };
  command('hearth.newChat', 'Beginning a chat', () => chat.newChat());
  command('hearth.showChats', 'Listing the chats', () => chat.showChats());
  command('hearth.stopAnswer', 'Stopping the answer', () => chat.stopAnswers());
  command('hearth.focusChat', 'Showing the chat', async () => {
    await vscode.commands.executeCommand(`${CHAT_VIEW}.focus`);
  });
  const onProposal = (id: string, act: (uri: vscode.Uri) => Promise<void>): void => {
    subscriptions.add(
      // VS Code hands over the diff's right side from the title bar, and nothing from the palette.
      vscode.commands.registerCommand(id, async (argument: unknown) => {
        const uri = argument instanceof vscode.Uri ? argument : shownProposal();
        if (uri !== undefined) await explained(log, 'Applying the code', () => act(uri));
      }),
    );
  };
  onProposal('hearth.proposal.accept', (uri) => proposals.accept(uri));
  onProposal('hearth.proposal.reject', (uri) => proposals.close(uri));
  return { chat, dispose: () => subscriptions.dispose() };
}

function memory(state: vscode.Memento, log: Log): ShownMemory {
  return {
    read: () => state.get<string>(SHOWN_KEY),
    write: async (id) => {
      try {
        await state.update(SHOWN_KEY, id);
      } catch (error) {
        log.error('Remembering which chat is shown', error);
      }
    },
  };
}
