/** Pieces of documents as they go along with a message. */
import * as vscode from 'vscode';
import type { Attachment } from '../../shared/protocol/conversations';
import { describePath } from '../util/document-paths';
import { wholeLines, type LineRange } from './line-range';

/** The whole lines of an editor's selection; undefined if nothing is selected. */
export function selectedLines(editor: vscode.TextEditor): Attachment | undefined {
  const { selection, document } = editor;
  if (selection.isEmpty) return undefined;
  return linesOf(
    document,
    wholeLines({
      startLine: selection.start.line,
      startColumn: selection.start.character,
      endLine: selection.end.line,
      endColumn: selection.end.character,
    }),
  );
}

export function linesOf(document: vscode.TextDocument, { startLine, endLine }: LineRange): Attachment {
  const range = new vscode.Range(startLine, 0, endLine, document.lineAt(endLine).text.length);
  return {
    kind: 'selection',
    path: describePath(document.uri),
    language: document.languageId,
    startLine: startLine + 1,
    endLine: endLine + 1,
    text: document.getText(range).replaceAll('\r\n', '\n'),
  };
}
