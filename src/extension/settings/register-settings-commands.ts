/** "Hearth: Open Settings", as a whole and at one setting. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';

/** Where Hearth runs on a remote machine, so do its settings: VS Code shows them behind a tab of their own. */
export function register({ id, extensionKind }: vscode.Extension<unknown>): Disposable {
  const isRemote = vscode.env.remoteName !== undefined && extensionKind === vscode.ExtensionKind.Workspace;
  const command = isRemote ? 'workbench.action.openRemoteSettings' : 'workbench.action.openSettings';
  const show = (query: string) => vscode.commands.executeCommand(command, { query });
  const subscriptions = new DisposableStore();
  subscriptions.add(
    // A menu passes what it was opened on.
    vscode.commands.registerCommand('hearth.openSettings', (setting: unknown) =>
      show(typeof setting === 'string' ? setting : `@ext:${id}`),
    ),
  );
  subscriptions.add(
    vscode.commands.registerCommand('hearth.openModelSettings', () => show('hearth.modelFolders')),
  );
  return subscriptions;
}
