import * as vscode from 'vscode';
import { errorInfo } from '../../shared/protocol/errors';
import type { Log } from '../logs/log';
import { errorButtons } from './error-buttons';

/**
 * Tells the user why something that they asked for failed, with buttons for what to do. What the user cancelled
 * is no failure. Does not wait for the user.
 */
export function explainError(log: Log, doing: string, error: unknown): void {
  const info = errorInfo(error);
  if (info.code === 'cancelled') return;
  log.error(doing, error);
  const buttons = errorButtons(info.code);
  void vscode.window
    .showErrorMessage(`${info.message} ${info.advice}`, ...buttons.map((button) => button.title))
    .then((title) => {
      const chosen = buttons.find((button) => button.title === title);
      if (chosen !== undefined) void vscode.commands.executeCommand(chosen.command);
    });
}

/** Runs what a command does; a failure is explained, never thrown at VS Code. */
export async function explained(log: Log, doing: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    explainError(log, doing, error);
  }
}
