/** What VS Code starts: everything is built, wired and handed over for disposal here. */
import { hostname } from 'node:os';
import * as vscode from 'vscode';
import { hearthHome } from '../client/hearth-home';
import { HubSession } from '../client/hub-session';
import { DisposableStore } from '../shared/util/disposable';
import * as chatFeature from './chat/register-chat';
import { HubStore } from './connection/hub-store';
import * as reconnect from './connection/register-reconnect';
import * as doctor from './doctor/register-doctor';
import * as hardware from './hardware/register-hardware';
import * as inlineEdit from './inline/register-inline';
import { Log } from './logs/log';
import * as logs from './logs/register-logs';
import * as report from './logs/register-report';
import { ModelCatalog } from './models/model-catalog';
import * as models from './models/register-models';
import * as queue from './queue/register-queue';
import * as problems from './selection/register-problems';
import * as selection from './selection/register-selection';
import * as pushedSettings from './settings/push-settings';
import * as settingsCommands from './settings/register-settings-commands';
import * as status from './status/register-status';

export function activate(context: vscode.ExtensionContext): void {
  const startedAt = performance.now();
  const owned = new DisposableStore();
  context.subscriptions.push(owned);

  const home = hearthHome();
  const hubFile = vscode.Uri.joinPath(context.extensionUri, 'dist', 'hub.js').fsPath;
  const version = (context.extension.packageJSON as { version: string }).version;
  const log = owned.add(new Log());
  const hub = owned.add(
    new HubSession(
      { home, hubFile, nodeExecutable: process.execPath },
      { kind: 'window', version },
      (error) => log.error('Taking over from an older Hearth', error),
    ),
  );
  const store = owned.add(new HubStore(hub));
  const catalog = owned.add(new ModelCatalog(hub, store, (error) => log.error('Listing the models', error)));

  owned.add(logs.register({ hub, store, log, home, startedAt }));
  owned.add(report.register({ hub, store, log, home, version }));
  owned.add(doctor.register({ hub, log, runsBesideRemote: runsBesideRemote(context.extension) }));
  owned.add(reconnect.register({ hub, log }));
  owned.add(settingsCommands.register(context.extension));
  owned.add(pushedSettings.register({ hub, log, settingsAreElsewhere: runsBesideRemote(context.extension) }));
  const { plans } = owned.add(
    hardware.register({ hub, store, catalog, log, extensionUri: context.extensionUri }),
  );
  owned.add(models.register({ hub, store, catalog, plans, log }));
  owned.add(queue.register({ hub, store, log }));
  owned.add(status.register({ store, catalog, machine: machineName(context.extension) }));
  const { chat } = owned.add(chatFeature.register({ hub, store, models: catalog, log, context }));
  owned.add(selection.register({ chat, log }));
  owned.add(problems.register({ chat, log }));
  owned.add(inlineEdit.register({ hub, log }));

  hub.start();
}

/** In a remote window: whose GPU is meant. Elsewhere there is only one. */
function machineName({ extensionKind }: vscode.Extension<unknown>): string | undefined {
  if (vscode.env.remoteName === undefined) return undefined;
  return extensionKind === vscode.ExtensionKind.UI ? 'this computer' : hostname();
}

/** The window's files are on another machine, Hearth and its GPU on this one. */
function runsBesideRemote({ extensionKind }: vscode.Extension<unknown>): boolean {
  return vscode.env.remoteName !== undefined && extensionKind === vscode.ExtensionKind.UI;
}
