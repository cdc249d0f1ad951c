/** "Hearth: Reconnect" and "Hearth: Stop Everything": the hub as the user wants it, there or gone. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import type { Log } from '../logs/log';
import { explained } from './explain-error';
import type { Hub } from './hub';

export function register({ hub, log }: { hub: Hub; log: Log }): Disposable {
  const commands = new DisposableStore();
  commands.add(vscode.commands.registerCommand('hearth.reconnect', () => hub.retry()));
  commands.add(
    vscode.commands.registerCommand('hearth.stopEverything', async () => {
      await explained(log, 'Stopping everything', async () => {
        if (!(await hub.stop())) void vscode.window.showInformationMessage('Hearth was not running.');
      });
    }),
  );
  return commands;
}
