/** "Hearth: Doctor": what could go wrong, as a document that is read, with what Hearth can do above each finding. */
import { hostname } from 'node:os';
import * as vscode from 'vscode';
import { Diagnose, type WindowFacts } from '../../shared/protocol/doctor';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { explained } from '../connection/explain-error';
import type { Hub } from '../connection/hub';
import type { Log } from '../logs/log';
import { doctorDocument, type DoctorDocument } from './doctor-document';

const SCHEME = 'hearth-doctor';
/** One document, however often the doctor is asked. */
const DOCUMENT = vscode.Uri.from({ scheme: SCHEME, path: '/Hearth Doctor.md' });

interface Deps {
  hub: Hub;
  log: Log;
  /** The window's files are on another machine than Hearth. */
  runsBesideRemote: boolean;
}

export function register({ hub, log, runsBesideRemote }: Deps): Disposable {
  const subscriptions = new DisposableStore();
  const changed = subscriptions.add(new vscode.EventEmitter<vscode.Uri>());
  const lensesChanged = subscriptions.add(new vscode.EventEmitter<void>());
  let shown: DoctorDocument | undefined;

  const look = async (): Promise<void> => {
    const report = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: 'Hearth looks at the model and the machine' },
      () => hub.request(Diagnose, { window: windowFacts(runsBesideRemote) }),
    );
    shown = doctorDocument(report);
    changed.fire(DOCUMENT);
    lensesChanged.fire();
    const document = await vscode.workspace.openTextDocument(DOCUMENT);
    await vscode.window.showTextDocument(document, { preview: false });
  };

  subscriptions.add(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      // A tab that VS Code restores is from an earlier session.
      provideTextDocumentContent: () => shown?.text ?? 'Run "Hearth: Doctor" to look again.\n',
    }),
  );
  subscriptions.add(
    vscode.languages.registerCodeLensProvider(
      { scheme: SCHEME },
      { onDidChangeCodeLenses: lensesChanged.event, provideCodeLenses: () => lenses(shown) },
    ),
  );
  subscriptions.add(
    vscode.commands.registerCommand('hearth.doctor', () => explained(log, 'Looking for problems', look)),
  );
  return subscriptions;
}

function lenses(document: DoctorDocument | undefined): vscode.CodeLens[] {
  return (document?.buttons ?? []).map(({ line, action }) => {
    const { title, command, arguments: args } = action;
    return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: args });
  });
}

function windowFacts(runsBesideRemote: boolean): WindowFacts {
  const { remoteName } = vscode.env;
  return { ...(remoteName !== undefined && { remoteName }), runsBesideRemote, machine: hostname() };
}
