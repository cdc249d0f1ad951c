/** "Hearth: Edit Selection…": the model's code streams into the editor, to be accepted or rejected. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { explainError, explained } from '../connection/explain-error';
import type { Hub } from '../connection/hub';
import type { Log } from '../logs/log';
import { wholeLines } from '../selection/line-range';
import { inlineEditTemplate } from '../settings/read-settings';
import { describePath } from '../util/document-paths';
import { VirtualDocuments } from '../util/virtual-documents';
import { EditDecorations } from './edit-decorations';
import { EditLenses } from './edit-lenses';
import type { EditPhase } from './edit-phase';
import { editPrompt } from './edit-prompt';
import { InlineEdit } from './inline-edit';

/** Lenses flicker when they are asked for at every token. */
const REFRESH_MS = 250;

interface Deps {
  hub: Hub;
  log: Log;
}

export function register({ hub, log }: Deps): Disposable {
  const edits = new InlineEdits(hub, log);
  const subscriptions = new DisposableStore();
  subscriptions.add(edits);
  const command = (id: string, act: (edit: InlineEdit) => void | Promise<void>): void => {
    subscriptions.add(
      vscode.commands.registerCommand(id, async (argument: unknown) => {
        const edit = edits.of(
          argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri,
        );
        if (edit !== undefined) await explained(log, 'Editing the selection', async () => act(edit));
      }),
    );
  };
  subscriptions.add(vscode.commands.registerCommand('hearth.inline.start', () => edits.ask()));
  command('hearth.inline.accept', (edit) => edit.keep());
  command('hearth.inline.reject', (edit) => edit.reject());
  command('hearth.inline.stop', (edit) => edit.stop());
  command('hearth.inline.showDifference', (edit) => edits.showDifference(edit));
  return subscriptions;
}

class InlineEdits implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly edits = new Map<string, InlineEdit>();
  private readonly decorations = this.subscriptions.add(new EditDecorations());
  private readonly originals = this.subscriptions.add(new VirtualDocuments('hearth-original'));
  private readonly lenses: EditLenses;
  private timer: NodeJS.Timeout | undefined;
  private shownPhase: EditPhase['kind'] | undefined;

  constructor(
    private readonly hub: Hub,
    private readonly log: Log,
  ) {
    this.lenses = this.subscriptions.add(new EditLenses((document) => this.of(document.uri)));
    this.subscriptions.add(vscode.languages.registerCodeLensProvider({ scheme: '*' }, this.lenses));
    this.subscriptions.add(vscode.window.onDidChangeActiveTextEditor(() => this.setContexts()));
    this.subscriptions.add(
      vscode.window.onDidChangeVisibleTextEditors(() => {
        for (const edit of this.edits.values()) this.decorations.show(edit);
      }),
    );
  }

  of(uri: vscode.Uri | undefined): InlineEdit | undefined {
    return uri === undefined ? undefined : this.edits.get(uri.toString());
  }

  /** Asks what to do with the selection, then does it. */
  async ask(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) {
      void vscode.window.showInformationMessage('Open a file and select what is to be edited.');
      return;
    }
    if (this.of(editor.document.uri) !== undefined) {
      void vscode.window.showInformationMessage('Accept or reject the edit that is in this file first.');
      return;
    }
    const { document } = editor;
    const range = wholeLinesRange(editor);
    const version = document.version;
    const instruction = await vscode.window.showInputBox({
      title: 'Edit Selection',
      prompt: `${describePath(document.uri)}, ${lines(range)}`,
      placeHolder: 'What is to be changed?',
    });
    if (instruction === undefined || instruction.trim() === '') return;
    if (document.version !== version) {
      void vscode.window.showInformationMessage('The file changed in the meantime. Select the code again.');
      return;
    }
    // The selection would cover the marks of what is new.
    editor.selection = new vscode.Selection(range.start, range.start);
    await this.run(document, range, instruction);
  }

  async showDifference({ target }: InlineEdit): Promise<void> {
    const { document, original, range } = target;
    const text = document.getText();
    const before =
      text.slice(0, document.offsetAt(range.start)) + original + text.slice(document.offsetAt(range.end));
    const uri = this.originals.add(before, document.uri);
    const title = `${describePath(document.uri)}: before and after the edit`;
    await vscode.commands.executeCommand('vscode.diff', uri, document.uri, title, { preview: true });
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const edit of this.edits.values()) edit.dispose();
    this.subscriptions.dispose();
  }

  private async run(document: vscode.TextDocument, range: vscode.Range, instruction: string): Promise<void> {
    const edit = new InlineEdit(this.hub, document, range);
    this.edits.set(document.uri.toString(), edit);
    edit.onDidChange(() => this.refresh(edit));
    edit.onDidEnd(() => {
      this.edits.delete(document.uri.toString());
      this.decorations.hide(document);
      this.lenses.refresh();
      this.setContexts();
      edit.dispose();
    });
    this.refresh(edit);
    const message = editPrompt(inlineEditTemplate(), {
      code: edit.target.original.replaceAll('\r\n', '\n'),
      language: document.languageId,
      path: describePath(document.uri),
      instruction,
    });
    try {
      await edit.run(message);
    } catch (error) {
      explainError(this.log, 'Editing the selection', error);
    }
  }

  private refresh(edit: InlineEdit): void {
    if (this.edits.get(edit.target.document.uri.toString()) !== edit) return;
    this.decorations.show(edit);
    this.setContexts();
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.lenses.refresh();
    }, REFRESH_MS);
  }

  /** What keybindings and menus go by: the edit in the active editor. */
  private setContexts(): void {
    const phase = this.of(vscode.window.activeTextEditor?.document.uri)?.phase.kind;
    if (phase === this.shownPhase) return;
    this.shownPhase = phase;
    void vscode.commands.executeCommand('setContext', 'hearth.inlineEditActive', phase !== undefined);
    void vscode.commands.executeCommand('setContext', 'hearth.inlineEditStreaming', phase === 'running');
  }
}

/** The selected lines, or the one with the cursor. */
function wholeLinesRange({ selection, document }: vscode.TextEditor): vscode.Range {
  const { startLine, endLine } = wholeLines({
    startLine: selection.start.line,
    startColumn: selection.start.character,
    endLine: selection.end.line,
    endColumn: selection.end.character,
  });
  return new vscode.Range(new vscode.Position(startLine, 0), document.lineAt(endLine).range.end);
}

function lines({ start, end }: vscode.Range): string {
  return start.line === end.line ? `line ${start.line + 1}` : `lines ${start.line + 1}-${end.line + 1}`;
}
