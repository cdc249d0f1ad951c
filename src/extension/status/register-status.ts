/** Hearth's one status bar item, and the menu behind it. */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import type { HubStore } from '../connection/hub-store';
import { activeResident, nameOfPath } from '../models/active-model';
import type { ModelCatalog } from '../models/model-catalog';
import { menuItems } from './menu-items';
import { statusText, type StatusFacts } from './status-text';
import { statusTooltip, TOOLTIP_COMMANDS } from './status-tooltip';

/** "Unloads in 12 min" has to count down. */
const TICK_MS = 30_000;

interface Deps {
  store: HubStore;
  catalog: ModelCatalog;
  /** Where Hearth runs, when the window works on another machine than the one that the user sits at. */
  machine: string | undefined;
}

export function register(deps: Deps): Disposable {
  const { store, catalog } = deps;
  const subscriptions = new DisposableStore();
  const item = subscriptions.add(
    vscode.window.createStatusBarItem('hearth.status', vscode.StatusBarAlignment.Right, 100),
  );
  item.name = 'Hearth';
  item.command = 'hearth.menu';

  const update = (): void => {
    const facts = statusFacts(deps);
    const { text, isWarning } = statusText(facts);
    const tooltip = new vscode.MarkdownString(statusTooltip(facts), true);
    tooltip.isTrusted = { enabledCommands: TOOLTIP_COMMANDS };
    item.text = text;
    item.tooltip = tooltip;
    item.backgroundColor = isWarning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.accessibilityInformation = {
      label: text.replace(/\$\([^)]*\)\s*/g, '').replaceAll(' · ', ', '),
      role: 'button',
    };
  };

  subscriptions.add(store.onDidChange(update));
  subscriptions.add(catalog.onDidChange(update));
  const timer = setInterval(update, TICK_MS);
  subscriptions.add({ dispose: () => clearInterval(timer) });
  subscriptions.add(
    vscode.commands.registerCommand('hearth.menu', async () => {
      const chosen = await vscode.window.showQuickPick(menuItems(store.status, catalog.active), {
        title: 'Hearth',
      });
      if (chosen?.command !== undefined) await vscode.commands.executeCommand(chosen.command);
    }),
  );
  update();
  item.show();
  return subscriptions;
}

function statusFacts({ store, catalog, machine }: Deps): StatusFacts {
  const { state } = store;
  const active = catalog.active;
  const path = state?.settings.activeModel;
  const model = state === undefined ? undefined : (activeResident(state, active) ?? state.models[0]);
  const ofPath = path === undefined || path === '' ? undefined : nameOfPath(path);
  return {
    hub: store.status,
    modelName: model?.name ?? active?.name ?? ofPath,
    model,
    fileError: active?.error,
    machine,
    now: Date.now(),
  };
}
