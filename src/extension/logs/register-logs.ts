/** "Hearth: Show Logs" and "Hearth: Open Hub Log". */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import type { Log } from './log';

interface Deps {
  hub: Hub;
  store: HubStore;
  log: Log;
  home: string;
  /** When the window called `activate`, by `performance.now()`. */
  startedAt: number;
}

export function register({ hub, store, log, home, startedAt }: Deps): Disposable {
  const folder = vscode.Uri.joinPath(vscode.Uri.file(home), 'logs');
  const subscriptions = new DisposableStore();
  subscriptions.add(hub.onDidChange(() => logState(hub, log)));
  const ready = subscriptions.add(
    store.onDidChange(({ kind }) => {
      if (kind !== 'connected') return;
      ready.dispose();
      log.info(`Ready ${(performance.now() - startedAt).toFixed(0)} ms after the start.`);
    }),
  );
  subscriptions.add(
    vscode.commands.registerCommand('hearth.showLogs', () => {
      log.info(`The hub's and the workers' own logs are in ${folder.fsPath} ("Hearth: Open Hub Log").`);
      log.show();
    }),
  );
  subscriptions.add(vscode.commands.registerCommand('hearth.openHubLog', () => openHubLog(folder)));
  return subscriptions;
}

function logState(hub: Hub, log: Log): void {
  const session = hub.state;
  if (session.kind === 'connecting') log.info('Connecting to the hub.');
  else if (session.kind === 'failed') log.error('Connecting to the hub', session.error);
  else log.info(`Connected to hub ${session.client.info.version}, process ${session.client.info.pid}.`);
}

async function openHubLog(folder: vscode.Uri): Promise<void> {
  const names = await logFiles(folder);
  if (names.length === 0) {
    void vscode.window.showInformationMessage(
      `There is no log in ${folder.fsPath} yet: the hub has not run.`,
    );
    return;
  }
  const name =
    names.length === 1
      ? names[0]
      : await vscode.window.showQuickPick(names, { placeHolder: `Logs in ${folder.fsPath}` });
  if (name === undefined) return;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, name));
  const editor = await vscode.window.showTextDocument(document, { preview: true });
  const end = document.lineAt(document.lineCount - 1).range.end;
  editor.revealRange(new vscode.Range(end, end));
}

/** `hub.log` first, then the workers'. */
async function logFiles(folder: vscode.Uri): Promise<string[]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    const names = entries.filter(([, type]) => type === vscode.FileType.File).map(([name]) => name);
    return names.sort((a, b) => Number(b === 'hub.log') - Number(a === 'hub.log') || a.localeCompare(b));
  } catch {
    return []; // No folder: nothing has been logged.
  }
}
