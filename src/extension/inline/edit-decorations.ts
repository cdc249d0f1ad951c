/** Marks the text of an edit: what is about to be replaced, then what is new. */
import * as vscode from 'vscode';
import type { Disposable } from '../../shared/util/disposable';
import { changedLines } from './changed-lines';
import type { InlineEdit } from './inline-edit';

export class EditDecorations implements Disposable {
  private readonly waiting = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
  });
  private readonly inserted = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('diffEditor.insertedTextBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.addedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });

  show(edit: InlineEdit): void {
    const { target, phase } = edit;
    const range = target.range;
    const hasCode = target.isWritten;
    const inserted = hasCode ? insertedRanges(edit).map((part) => decoration(part, edit)) : [];
    for (const editor of editorsOf(target.document)) {
      editor.setDecorations(this.waiting, !hasCode && phase.kind === 'running' ? [range] : []);
      editor.setDecorations(this.inserted, inserted);
    }
  }

  hide(document: vscode.TextDocument): void {
    for (const editor of editorsOf(document)) {
      editor.setDecorations(this.waiting, []);
      editor.setDecorations(this.inserted, []);
    }
  }

  dispose(): void {
    this.waiting.dispose();
    this.inserted.dispose();
  }
}

/** While it streams, all of the new text; then only the lines that differ. */
function insertedRanges({ target, phase }: InlineEdit): vscode.Range[] {
  const { range, document, original } = target;
  if (phase.kind === 'running') return [range];
  const now = document.getText(range).replaceAll('\r\n', '\n');
  return changedLines(original.replaceAll('\r\n', '\n'), now).map(({ first, last }) => {
    const from = range.start.line + first;
    const to = Math.min(range.start.line + last, range.end.line);
    return new vscode.Range(from, 0, to, document.lineAt(to).text.length);
  });
}

function decoration(range: vscode.Range, { target }: InlineEdit): vscode.DecorationOptions {
  const hoverMessage = new vscode.MarkdownString('Before the edit:\n');
  hoverMessage.appendCodeblock(target.original, target.document.languageId);
  return { range, hoverMessage };
}

function editorsOf(document: vscode.TextDocument): vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
}
