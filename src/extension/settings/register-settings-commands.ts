/** "Hearth: Open Settings", as a whole and at the model folders. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';

export function register(extensionId: string): Disposable {
  const subscriptions = new DisposableStore();
  const open = (id: string, query: string): void => {
    subscriptions.add(
      vscode.commands.registerCommand(id, () =>
        vscode.commands.executeCommand('workbench.action.openSettings', query),
      ),
    );
  };
  open('hearth.openSettings', `@ext:${extensionId}`);
  open('hearth.openModelSettings', 'hearth.modelFolders');
  return subscriptions;
}
