/** The "Hearth" output channel. Prompts and answers never get here: only what Hearth itself did. */
import * as vscode from 'vscode';
import { errorInfo } from '../../shared/protocol/errors';
import type { Disposable } from '../../shared/util/disposable';

export class Log implements Disposable {
  private readonly channel = vscode.window.createOutputChannel('Hearth', { log: true });

  info(message: string): void {
    this.channel.info(message);
  }

  /** @param doing what was being done, as the start of a sentence. */
  error(doing: string, error: unknown): void {
    const { code, message, advice, details } = errorInfo(error);
    if (code === 'cancelled') return;
    this.channel.error(
      `${doing}: ${message} ${advice} [${code}]${details === undefined ? '' : `\n${details}`}`,
    );
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}
