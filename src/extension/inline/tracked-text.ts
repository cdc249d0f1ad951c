/** A stretch of a document that is being rewritten while the user may type elsewhere in it. */
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { Emitter } from '../../shared/util/emitter';
import { endOf, sameSpan, shifted, type Span, type TextChange } from './positions';

/** VS Code refuses an edit when the document changed in the meantime; then the next try has the new place. */
const MOST_TRIES = 50;
const RETRY_MS = 20;

export class TrackedText implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly touchedEmitter = this.subscriptions.add(new Emitter<void>());
  /** Fires when somebody else changed the text. */
  readonly onDidTouch = this.touchedEmitter.event;
  private readonly movedEmitter = this.subscriptions.add(new Emitter<void>());
  /** Fires when the text stands elsewhere, or has grown. */
  readonly onDidMove = this.movedEmitter.event;
  readonly original: string;
  private span: Span;
  private written: string;
  /** The edit that was handed to VS Code and has not come back as a change. */
  private expected: TextChange | undefined;
  private hasWritten = false;
  private disposed = false;

  constructor(
    readonly document: vscode.TextDocument,
    range: vscode.Range,
  ) {
    this.span = range;
    this.original = document.getText(range);
    this.written = this.original;
    this.subscriptions.add(vscode.workspace.onDidChangeTextDocument((event) => this.follow(event)));
  }

  get range(): vscode.Range {
    const { start, end } = this.span;
    return new vscode.Range(start.line, start.character, end.line, end.character);
  }

  /** True once the document differs from what it was. */
  get isWritten(): boolean {
    return this.hasWritten;
  }

  get isOriginal(): boolean {
    return this.document.getText(this.range) === this.original;
  }

  /**
   * Makes the text `next`. All writes together are one undo. Waits while no editor shows the document.
   * @throws Error when the document cannot be edited.
   */
  async write(next: string): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if (this.disposed || (this.hasWritten && next === this.written)) return;
      const change = this.changeTo(next);
      const editor = await this.visibleEditor();
      if (editor === undefined) return;
      this.expected = change;
      const done = await apply(editor, change, { undoStopBefore: !this.hasWritten, undoStopAfter: false });
      this.expected = undefined;
      if (done) {
        this.hasWritten = true;
        this.written = next;
        return;
      }
      await delay(RETRY_MS);
    }
    throw new Error('The document cannot be edited.');
  }

  /** Puts back what was there before. */
  async restore(): Promise<boolean> {
    if (!this.hasWritten) return true;
    const edit = new vscode.WorkspaceEdit();
    const change = { range: this.span, text: this.original };
    const editor = vscode.window.visibleTextEditors.find((shown) => shown.document === this.document);
    this.expected = change;
    try {
      if (
        editor !== undefined &&
        (await apply(editor, change, { undoStopBefore: false, undoStopAfter: true }))
      ) {
        return true;
      }
      edit.replace(this.document.uri, this.range, this.original);
      return await vscode.workspace.applyEdit(edit);
    } finally {
      this.expected = undefined;
    }
  }

  dispose(): void {
    this.disposed = true;
    this.subscriptions.dispose();
  }

  /** Only what is new, where that is possible: the cursor and the undo stack are left alone. */
  private changeTo(next: string): TextChange {
    return this.hasWritten && next.startsWith(this.written)
      ? { range: { start: this.span.end, end: this.span.end }, text: next.slice(this.written.length) }
      : { range: this.span, text: next };
  }

  private follow(event: vscode.TextDocumentChangeEvent): void {
    if (event.document !== this.document || event.contentChanges.length === 0) return;
    let touched = false;
    for (const change of event.contentChanges) {
      if (this.isOwn(change)) {
        const start = sameSpan(change.range, this.span) ? change.range.start : this.span.start;
        this.span = { start, end: endOf(change.range.start, change.text) };
        continue;
      }
      const { span, inside } = shifted(this.span, change);
      this.span = span;
      touched ||= inside;
    }
    this.movedEmitter.fire();
    if (touched) this.touchedEmitter.fire();
  }

  private isOwn(change: TextChange): boolean {
    return (
      this.expected !== undefined &&
      sameSpan(this.expected.range, change.range) &&
      change.text.replaceAll('\r\n', '\n') === this.expected.text.replaceAll('\r\n', '\n')
    );
  }

  /** Undefined when the document was closed instead. */
  private visibleEditor(): Promise<vscode.TextEditor | undefined> {
    const find = (): vscode.TextEditor | undefined =>
      vscode.window.visibleTextEditors.find((editor) => editor.document === this.document);
    const now = find();
    if (now !== undefined || this.document.isClosed) return Promise.resolve(now);
    return new Promise((resolve) => {
      const waits = this.subscriptions.add(new DisposableStore());
      const check = (): void => {
        const editor = find();
        if (editor === undefined && !this.document.isClosed) return;
        resolve(editor);
        waits.dispose();
      };
      waits.add(vscode.window.onDidChangeVisibleTextEditors(check));
      waits.add(vscode.workspace.onDidCloseTextDocument(check));
      waits.add({ dispose: () => resolve(undefined) });
    });
  }
}

async function apply(
  editor: vscode.TextEditor,
  { range: { start, end }, text }: TextChange,
  undoStops: { undoStopBefore: boolean; undoStopAfter: boolean },
): Promise<boolean> {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  try {
    return await editor.edit((edit) => edit.replace(range, text), undoStops);
  } catch {
    return false; // The editor went away; another may show the document.
  }
}
