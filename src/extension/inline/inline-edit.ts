/** One edit: asks the model, writes its code into the document, and waits for the user's verdict. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { errorInfo, HearthError } from '../../shared/protocol/errors';
import { Generate, GenerateChanged, type GenerateEvent } from '../../shared/protocol/generate';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { Emitter } from '../../shared/util/emitter';
import type { Hub } from '../connection/hub';
import type { EditPhase } from './edit-phase';
import { fencedCode } from './fenced-code';
import { indentationOf, reindent } from './indentation';
import { TrackedText } from './tracked-text';

/** Between two writes into the document: often enough to look like typing, seldom enough to leave it usable. */
const WRITE_EVERY_MS = 50;

export class InlineEdit implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly changed = this.subscriptions.add(new Emitter<void>());
  readonly onDidChange = this.changed.event;
  private readonly ended = this.subscriptions.add(new Emitter<void>());
  /** Nothing is left to decide. */
  readonly onDidEnd = this.ended.event;
  readonly target: TrackedText;
  private readonly stopping = new AbortController();
  private readonly indentation: string;
  private current: EditPhase = { kind: 'running', hasCode: false };
  private answer = '';
  private writing: Promise<void> | undefined;
  private isTouched = false;
  private hasEnded = false;

  constructor(
    private readonly hub: Hub,
    document: vscode.TextDocument,
    range: vscode.Range,
  ) {
    this.target = this.subscriptions.add(new TrackedText(document, range));
    this.indentation = indentationOf(this.target.original);
    this.subscriptions.add(this.target.onDidMove(() => this.changed.fire()));
    this.subscriptions.add(this.target.onDidTouch(() => this.touched()));
    this.subscriptions.add(
      vscode.workspace.onDidCloseTextDocument((closed) => {
        if (closed === document) this.end();
      }),
    );
  }

  get phase(): EditPhase {
    return this.current;
  }

  /**
   * Runs until the code stands in the document.
   * @throws HearthError when there is none; the document is then as it was.
   */
  async run(message: string): Promise<void> {
    const runId = randomUUID();
    const events = this.subscriptions.add(
      this.hub.on(GenerateChanged, (change) => {
        if (change.runId === runId) this.accept(change.event);
      }),
    );
    try {
      const result = await this.hub.request(
        Generate,
        {
          runId,
          label: 'Edit selection',
          priority: 'inline',
          messages: [{ role: 'user', text: message }],
          tools: [],
        },
        this.stopping.signal,
      );
      await this.writing;
      if (this.hasEnded) return;
      if (result.stopReason === 'failed') throw failure(result.error);
      const isWhole = result.stopReason !== 'cancelled';
      if (!this.isTouched) await this.write(result.text, isWhole);
      this.settle(result.stopReason, result.text);
    } catch (error) {
      await this.writing?.catch(() => undefined);
      if (this.hasEnded) return;
      await this.giveUp(error);
    } finally {
      events.dispose();
    }
  }

  /** Keeps what is there, for the user to accept or reject. */
  stop(): void {
    this.stopping.abort();
  }

  accept(event: GenerateEvent): void {
    if (this.hasEnded || this.current.kind !== 'running') return;
    if (event.type === 'progress') {
      this.setPhase({ ...this.current, progress: event.progress });
      return;
    }
    this.answer += event.text;
    if (event.text !== '' && !this.stopping.signal.aborted) this.writing ??= this.writeAlong();
  }

  /** The text stays. */
  keep(): void {
    this.end();
  }

  /** The text goes, and what was there comes back. */
  async reject(): Promise<void> {
    this.stop();
    await this.writing?.catch(() => undefined);
    const restored = await this.target.restore();
    this.end();
    if (!restored) throw new Error('The document cannot be edited, so the edit is still in it.');
  }

  dispose(): void {
    this.stopping.abort();
    this.subscriptions.dispose();
  }

  /** Writes what has come until the document has caught up with the answer. */
  private async writeAlong(): Promise<void> {
    try {
      let seen: string;
      do {
        seen = this.answer;
        await this.write(seen, false);
        await delay(WRITE_EVERY_MS);
      } while (seen !== this.answer && !this.stopping.signal.aborted);
    } catch {
      this.stop(); // The last write says why.
    } finally {
      this.writing = undefined;
    }
  }

  private async write(answer: string, finished: boolean): Promise<void> {
    const code = fencedCode(answer, finished);
    if (code === undefined || this.isTouched || this.hasEnded) return;
    await this.target.write(reindent(code, this.indentation));
    if (this.current.kind === 'running' && !this.current.hasCode)
      this.setPhase({ ...this.current, hasCode: true });
  }

  private settle(
    stopReason: 'end' | 'tool-calls' | 'max-tokens' | 'context' | 'cancelled',
    text: string,
  ): void {
    if (this.target.isWritten) {
      if (this.target.isOriginal) this.end();
      else this.setPhase({ kind: 'review', stopReason });
      return;
    }
    if (stopReason === 'cancelled') {
      this.end();
      return;
    }
    throw new HearthError(
      'internal',
      text.trim() === '' ? 'The model answered with nothing.' : 'The model answered without code.',
      'The text was not changed. Ask again, perhaps with other words.',
    );
  }

  private async giveUp(error: unknown): Promise<void> {
    const isCancelled = errorInfo(error).code === 'cancelled';
    if (isCancelled && this.target.isWritten) {
      this.setPhase({ kind: 'review', stopReason: 'cancelled' });
      return;
    }
    // What the user typed into the new text is theirs: then both stay, to be decided on.
    if (this.target.isWritten && this.isTouched) this.setPhase({ kind: 'review', stopReason: 'failed' });
    else {
      await this.target.restore();
      this.end();
    }
    throw error;
  }

  /** Who types into the new text takes over; who undoes it has decided. */
  private touched(): void {
    this.isTouched = true;
    this.stop();
    if (this.target.isOriginal) this.end();
  }

  private setPhase(phase: EditPhase): void {
    this.current = phase;
    this.changed.fire();
  }

  private end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.stopping.abort();
    this.ended.fire();
  }
}

function failure(error: Parameters<typeof HearthError.from>[0] | undefined): Error {
  return error === undefined ? new Error('The answer broke off.') : HearthError.from(error);
}
