/** "Hearth: Show Hardware" and "Hearth: Plan a Model…". */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { explained } from '../connection/explain-error';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import type { Log } from '../logs/log';
import type { ModelCatalog } from '../models/model-catalog';
import type { FilePlans } from '../models/pick-model';
import { useModel } from '../models/use-model';
import { HardwareController, type PlannedModel } from './hardware-controller';
import { HARDWARE_PANEL, HardwarePanel } from './hardware-panel';
import { ownVerdicts } from './own-verdicts';
import { pickPlan } from './pick-plan';

interface Deps {
  hub: Hub;
  store: HubStore;
  catalog: ModelCatalog;
  log: Log;
  extensionUri: vscode.Uri;
}

/** @returns `plans`: what lists of models need of the planner */
export function register({
  hub,
  store,
  catalog,
  log,
  extensionUri,
}: Deps): Disposable & { plans: FilePlans } {
  const subscriptions = new DisposableStore();
  const controller = subscriptions.add(
    new HardwareController({
      hub,
      store,
      runCommand: (command) => void vscode.commands.executeCommand(`hearth.${command}`),
      loadAsPlanned: (model, settings) =>
        void explained(log, 'Loading as planned', async () => {
          await useModel({ hub, store }, model, settings);
        }),
      logError: (doing, error) => log.error(doing, error),
    }),
  );
  const panel = subscriptions.add(new HardwarePanel(controller, extensionUri));
  subscriptions.add(
    vscode.window.registerWebviewPanelSerializer(HARDWARE_PANEL, {
      deserializeWebviewPanel: (restored) => {
        panel.adopt(restored);
        return Promise.resolve();
      },
    }),
  );
  subscriptions.add(vscode.commands.registerCommand('hearth.showHardware', () => panel.show()));
  const showPlan = async (model: PlannedModel): Promise<void> => {
    panel.show();
    await controller.planModel(model);
  };
  subscriptions.add(
    vscode.commands.registerCommand('hearth.planModel', () =>
      explained(log, 'Planning a model', async () => {
        const chosen = await pickPlan({
          catalog,
          machineAtHand: () => controller.machineAtHand(),
          verdicts: (files, machine) => ownVerdicts(hub, files, machine),
        });
        if (chosen !== undefined) await showPlan(chosen);
      }),
    ),
  );
  return {
    dispose: () => subscriptions.dispose(),
    plans: {
      verdicts: async (files) => {
        const machine = await controller.machineAtHand();
        return machine === undefined ? new Map<string, string>() : ownVerdicts(hub, files, machine);
      },
      show: ({ path, name }) => showPlan({ model: path, name }),
    },
  };
}
