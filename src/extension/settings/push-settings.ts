/** The window's settings are the hub's: pushed whole at every connect and after every change. */
import * as vscode from 'vscode';
import { LoadModel } from '../../shared/protocol/models';
import { UpdateSettings } from '../../shared/protocol/settings';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import type { Hub } from '../connection/hub';
import type { Log } from '../logs/log';
import { loadOn, readHubSettings, SECTION } from './read-settings';

interface Deps {
  hub: Hub;
  log: Log;
  /**
   * In a remote window VS Code hides this computer's settings from an extension that runs on it: what it would read
   * are the defaults, and pushing those would undo the user's own choices. The hub remembers the last ones.
   */
  settingsAreElsewhere: boolean;
}

export function register({ hub, log, settingsAreElsewhere }: Deps): Disposable {
  const subscriptions = new DisposableStore();
  /** The hub process whose model this window has asked for; a later connection to it asks for nothing. */
  let startedIn: number | undefined;

  const push = async (): Promise<void> => {
    if (!settingsAreElsewhere) await hub.request(UpdateSettings, readHubSettings());
  };

  const connected = async (): Promise<void> => {
    const session = hub.state;
    if (session.kind !== 'connected') return;
    await push();
    if (startedIn === session.client.info.pid) return;
    startedIn = session.client.info.pid;
    // Nobody asked for this load just now, so its errors go to the status bar and the log, not into a pop-up.
    if (loadOn() === 'startup') await hub.request(LoadModel, {});
  };

  const failed = (error: unknown): void => log.error('Settings or model at start', error);
  subscriptions.add(hub.onDidChange(() => void connected().catch(failed)));
  subscriptions.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SECTION) && hub.state.kind === 'connected') push().catch(failed);
    }),
  );
  void connected().catch(failed);
  return subscriptions;
}
