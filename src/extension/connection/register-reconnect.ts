/** "Hearth: Reconnect": tries again after Hearth has given up on finding or starting its hub. */
import * as vscode from 'vscode';
import type { Disposable } from '../../shared/util/disposable';
import type { Hub } from './hub';

export function register(hub: Hub): Disposable {
  return vscode.commands.registerCommand('hearth.reconnect', () => hub.retry());
}
