/** The line above an edit: how far it is, and what the user can do about it. */
import * as vscode from 'vscode';
import { phaseTitle } from './edit-phase';
import type { InlineEdit } from './inline-edit';

export class EditLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly editOf: (document: vscode.TextDocument) => InlineEdit | undefined) {}

  refresh(): void {
    this.changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const edit = this.editOf(document);
    if (edit === undefined) return [];
    const { start } = edit.target.range;
    const at = new vscode.Range(start, start);
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(at, { title, command, arguments: command === '' ? [] : [document.uri] });
    const title = phaseTitle(edit.phase);
    const state = title === undefined ? [] : [lens(title, '')];
    if (edit.phase.kind === 'running') return [...state, lens('Stop', 'hearth.inline.stop')];
    return [
      lens('$(check) Accept', 'hearth.inline.accept'),
      lens('$(discard) Reject', 'hearth.inline.reject'),
      lens('Show Difference', 'hearth.inline.showDifference'),
      ...state,
    ];
  }

  dispose(): void {
    this.changed.dispose();
  }
}
