/** "Hearth: Show Queue": everything that runs or waits for the model, live, to be cancelled or moved up. */
import * as vscode from 'vscode';
import { CancelQueued, MoveUpQueued } from '../../shared/protocol/system';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { explained } from '../connection/explain-error';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import type { Log } from '../logs/log';
import { queueRows } from './queue-rows';

interface Deps {
  hub: Hub;
  store: HubStore;
  log: Log;
}

interface Item extends vscode.QuickPickItem {
  id?: string;
}

const CANCEL: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('close'), tooltip: 'Cancel' };
const MOVE_UP: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('arrow-up'),
  tooltip: 'Answer next',
};

export function register(deps: Deps): Disposable {
  return vscode.commands.registerCommand('hearth.showQueue', () => showQueue(deps));
}

function showQueue({ hub, store, log }: Deps): void {
  const owned = new DisposableStore();
  const picker = owned.add(vscode.window.createQuickPick<Item>());
  picker.title = 'Queue for the model';
  picker.placeholder = 'What runs and what waits; Enter answers the chosen one next';
  const update = (): void => {
    const active = picker.activeItems[0]?.id;
    const rows = queueRows(store.state?.queue ?? []);
    picker.items =
      rows.length === 0
        ? [{ label: 'Nothing runs and nothing waits.' }]
        : rows.map(({ id, label, description, canMoveUp }) => ({
            id,
            label,
            description,
            buttons: canMoveUp ? [MOVE_UP, CANCEL] : [CANCEL],
          }));
    // The choice stays where it was while the list changes under it.
    const same = picker.items.find(({ id }) => id !== undefined && id === active);
    if (same !== undefined) picker.activeItems = [same];
  };
  const act = (type: typeof CancelQueued, id: string): void => {
    void explained(log, 'Changing the queue', async () => {
      await hub.request(type, { id });
    });
  };
  owned.add(store.onDidChange(update));
  owned.add(
    picker.onDidTriggerItemButton(({ item, button }) => {
      if (item.id !== undefined) act(button === MOVE_UP ? MoveUpQueued : CancelQueued, item.id);
    }),
  );
  owned.add(
    picker.onDidAccept(() => {
      const id = picker.activeItems[0]?.id;
      if (id !== undefined) act(MoveUpQueued, id);
    }),
  );
  owned.add(picker.onDidHide(() => owned.dispose()));
  update();
  picker.show();
}
