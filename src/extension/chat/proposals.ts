/** Code from an answer as a proposed change: a diff with "Accept" and "Reject" in its title bar. */
import * as vscode from 'vscode';
import type { Attachment } from '../../shared/protocol/conversations';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { wholeLines } from '../selection/line-range';
import { describePath, findDocument } from '../util/document-paths';
import { VirtualDocuments } from '../util/virtual-documents';
import { placeOfLines } from './place-of-code';

const SCHEME = 'hearth-proposal';

interface Proposal {
  target: vscode.Uri;
  /** The lines that are replaced, as they were when the diff was opened. */
  original: string;
  startLine: number;
  code: string;
}

export class Proposals implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly documents = this.subscriptions.add(new VirtualDocuments(SCHEME));
  private readonly proposals = new Map<string, Proposal>();

  constructor() {
    this.subscriptions.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.proposals.delete(uri.toString())),
    );
  }

  /** Shows `code` in place of the attachment's lines, or of what is selected in the active editor, or of all of it. */
  async show(code: string, attachment: Attachment | undefined): Promise<void> {
    const place = attachment === undefined ? placeInEditor() : await placeOfAttachment(attachment);
    if (place === undefined) {
      await this.noPlace(attachment);
      return;
    }
    const { document, range } = place;
    const proposed = replaced(document, range, code);
    const uri = this.documents.add(proposed, document.uri);
    this.proposals.set(uri.toString(), {
      target: document.uri,
      original: document.getText(range),
      startLine: range.start.line,
      code,
    });
    const title = `${describePath(document.uri)}: proposal`;
    await vscode.commands.executeCommand('vscode.diff', document.uri, uri, title, { preview: true });
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  /** Replaces the lines in the file, as one undo. */
  async accept(uri: vscode.Uri): Promise<void> {
    const proposal = this.proposals.get(uri.toString());
    if (proposal === undefined) return;
    const document = await vscode.workspace.openTextDocument(proposal.target);
    const first = placeOfLines(document.getText(), proposal.original, proposal.startLine);
    if (first === undefined) {
      void vscode.window.showErrorMessage(
        `The lines of ${describePath(proposal.target)} that the proposal replaces have changed. Nothing was applied; ask for the code to be applied again.`,
      );
      return;
    }
    const edit = new vscode.WorkspaceEdit();
    edit.replace(proposal.target, linesRange(document, first, proposal.original), proposal.code);
    await vscode.workspace.applyEdit(edit);
    await this.close(uri);
    await vscode.window.showTextDocument(document, { preview: false });
  }

  /** Closes the diff; the file stays as it is. */
  async close(uri: vscode.Uri): Promise<void> {
    this.proposals.delete(uri.toString());
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter((tab) => proposalOf(tab)?.toString() === uri.toString()));
  }

  private async noPlace(attachment: Attachment | undefined): Promise<void> {
    const reason =
      attachment === undefined
        ? 'Open the file that the code belongs to first.'
        : `The lines of ${attachment.path} that the question was about are no longer there, so Hearth cannot tell where the code belongs.`;
    await vscode.window.showWarningMessage(reason);
  }
}

interface Place {
  document: vscode.TextDocument;
  /** Whole lines, without the last line break. */
  range: vscode.Range;
}

function placeInEditor(): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  const lines = selection.isEmpty
    ? { startLine: 0, endLine: document.lineCount - 1 }
    : wholeLines({
        startLine: selection.start.line,
        startColumn: selection.start.character,
        endLine: selection.end.line,
        endColumn: selection.end.character,
      });
  const end = document.lineAt(lines.endLine).range.end;
  return { document, range: new vscode.Range(new vscode.Position(lines.startLine, 0), end) };
}

async function placeOfAttachment(attachment: Attachment): Promise<Place | undefined> {
  const uri = await findDocument(attachment.path);
  if (uri === undefined) return undefined;
  const document = await vscode.workspace.openTextDocument(uri);
  const first = placeOfLines(document.getText(), attachment.text, attachment.startLine - 1);
  return first === undefined ? undefined : { document, range: linesRange(document, first, attachment.text) };
}

function linesRange(document: vscode.TextDocument, first: number, lines: string): vscode.Range {
  const last = first + lines.split(/\r\n|\n|\r/).length - 1;
  return new vscode.Range(new vscode.Position(first, 0), document.lineAt(last).range.end);
}

/** The whole document's text with `range` replaced. */
function replaced(document: vscode.TextDocument, range: vscode.Range, code: string): string {
  const text = document.getText();
  return text.slice(0, document.offsetAt(range.start)) + code + text.slice(document.offsetAt(range.end));
}

/** The proposal in the active tab. */
export function shownProposal(): vscode.Uri | undefined {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  return tab === undefined ? undefined : proposalOf(tab);
}

function proposalOf(tab: vscode.Tab): vscode.Uri | undefined {
  const { input } = tab;
  return input instanceof vscode.TabInputTextDiff && input.modified.scheme === SCHEME
    ? input.modified
    : undefined;
}
