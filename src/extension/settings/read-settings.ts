import * as vscode from 'vscode';
import type { HubSettings } from '../../shared/protocol/settings';
import { hubSettings } from './hub-settings';

export const SECTION = 'hearth';

export function readHubSettings(): Omit<HubSettings, 'keep'> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  return hubSettings((key) => configuration.get(key));
}

/** When the model is loaded: with the window, or only when there is something to answer. */
export function loadOn(): 'startup' | 'firstMessage' {
  const value = vscode.workspace.getConfiguration(SECTION).get<string>('loadOn');
  return value === 'firstMessage' ? 'firstMessage' : 'startup';
}

export function inlineEditTemplate(): string {
  return vscode.workspace.getConfiguration(SECTION).get<string>('prompt.inlineEdit') ?? '';
}

/** Makes `path` the chosen model in all of the user's windows. */
export async function chooseModel(path: string): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update('model', path, vscode.ConfigurationTarget.Global);
}

/** Changes settings below `hearth.` for all of the user's windows. */
export async function changeSettings(changes: Record<string, unknown>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  for (const [key, value] of Object.entries(changes))
    await configuration.update(key, value, vscode.ConfigurationTarget.Global);
}

/** Keeps an added file in the settings, so that every window lists it. */
export async function rememberModelFile(path: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const files = configuration.get<string[]>('modelFiles') ?? [];
  if (files.includes(path)) return;
  await configuration.update('modelFiles', [...files, path], vscode.ConfigurationTarget.Global);
}
