/** Everything that a command does with a model: switch, add, reload (with less), keep, unload, cancel. */
import * as vscode from 'vscode';
import { HearthError } from '../../shared/protocol/errors';
import {
  AddModel,
  CancelLoad,
  KeepModel,
  OfferLess,
  UnloadModel,
  type LoadChoice,
  type ModelFile,
} from '../../shared/protocol/models';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { explained } from '../connection/explain-error';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import type { Log } from '../logs/log';
import { UpdateSettings } from '../../shared/protocol/settings';
import { changeSettings, readHubSettings, rememberModelFile } from '../settings/read-settings';
import { activeResident, nameOfPath } from './active-model';
import { keepChoices } from './keep-choices';
import { lessChoices } from './less-choices';
import { loadWithProgress } from './load-with-progress';
import type { ModelCatalog } from './model-catalog';
import { pickModel, type FilePlans } from './pick-model';
import { useModel } from './use-model';

interface Deps {
  hub: Hub;
  store: HubStore;
  catalog: ModelCatalog;
  plans: FilePlans;
  log: Log;
}

export function register(deps: Deps): Disposable {
  const { hub, store, catalog, log } = deps;
  const subscriptions = new DisposableStore();
  const command = (id: string, doing: string, act: () => Promise<void>): void => {
    subscriptions.add(vscode.commands.registerCommand(id, () => explained(log, doing, act)));
  };

  const use = async (file: ModelFile): Promise<void> => {
    // A file that cannot be loaded is explained; the model that answers stays the one that it was.
    if (file.error !== undefined) throw HearthError.from(file.error);
    await useModel(deps, file);
  };

  const add = async (): Promise<void> => {
    const chosen = await vscode.window.showOpenDialog({
      title: 'Add a model file',
      openLabel: 'Add Model',
      filters: { 'GGUF models': ['gguf'], 'All files': ['*'] },
    });
    const path = chosen?.[0]?.fsPath;
    if (path === undefined) return;
    const file = await hub.request(AddModel, { path });
    if (file.error !== undefined) throw HearthError.from(file.error);
    await rememberModelFile(file.path);
    await catalog.refresh();
    await use(file);
  };

  const reload = async (): Promise<void> => {
    const model = await activeModel(deps);
    await loadWithProgress(deps, model, 'reload');
  };

  const unload = async (): Promise<void> => {
    const loaded = store.state?.models ?? [];
    if (store.state !== undefined && loaded.length === 0) {
      void vscode.window.showInformationMessage('No model is loaded.');
      return;
    }
    const active = store.state === undefined ? undefined : activeResident(store.state, catalog.active);
    const path = (active ?? loaded[0])?.path;
    await hub.request(UnloadModel, path === undefined ? {} : { path });
  };

  command('hearth.switchModel', 'Switching the model', async () => {
    const choice = await pickModel(deps);
    if (choice === undefined) return;
    if (choice.kind === 'model') await use(choice.file);
    else if (choice.kind === 'plan') await deps.plans.show(choice.file);
    else if (choice.kind === 'add') await add();
    else await vscode.commands.executeCommand(choice.command);
  });
  command('hearth.addModel', 'Adding a model', add);
  command('hearth.reloadModel', 'Reloading the model', reload);
  command('hearth.unloadModel', 'Unloading the model', unload);
  command('hearth.reloadWithLess', 'Reloading the model with less', async () => {
    const { state } = store;
    const model = await activeModel(deps);
    if (state === undefined) return;
    const choices = async (): Promise<LoadChoice[]> => {
      const planned = await hub.request(OfferLess, { path: model.path });
      if (planned.length > 0) return planned;
      const resident = state.models.find(({ path }) => path === model.path);
      const facts = resident?.file ?? catalog.active?.facts;
      return lessChoices(state.settings.load, resident?.loaded, facts?.contextLength, facts?.layers);
    };
    const choice = await vscode.window.showQuickPick(choices(), {
      title: `Reload ${model.name} with Less`,
      placeHolder: 'What it can do without',
    });
    if (choice === undefined) return;
    await changeSettings(choice.changes);
    // The hub hears of a change a moment after VS Code; the load must not be quicker.
    await hub.request(UpdateSettings, readHubSettings());
    await loadWithProgress(deps, model, 'reload');
  });
  command('hearth.makeRoom', 'Making room for the model', async () => {
    await loadWithProgress(deps, await activeModel(deps), 'makeRoom');
  });
  command('hearth.keepModel', 'Keeping the model', async () => {
    const { state } = store;
    if (state === undefined) return;
    const model = await activeModel(deps);
    const choice = await vscode.window.showQuickPick(
      keepChoices(state.settings.keep[model.path], state.settings),
      { title: `Keep ${model.name} in Memory`, placeHolder: 'For how long' },
    );
    if (choice === undefined) return;
    if (choice.keep === 'unload') await hub.request(UnloadModel, { path: model.path });
    else await hub.request(KeepModel, { path: model.path, keep: choice.keep });
  });
  command('hearth.cancelLoad', 'Cancelling the load', async () => {
    const loading = (store.state?.models ?? []).filter(({ status }) => status.kind === 'loading');
    await Promise.all(loading.map(({ path }) => hub.request(CancelLoad, { path })));
  });
  return subscriptions;
}

/** The active model's path and name, asked for if it is not known yet. */
async function activeModel({ store, catalog }: Deps): Promise<{ path: string; name: string }> {
  if (catalog.active === undefined) await catalog.refresh();
  const active = catalog.active;
  if (active !== undefined) return active;
  const path = store.state?.settings.activeModel ?? '';
  if (path !== '') return { path, name: nameOfPath(path) };
  throw new HearthError('no-model', 'There is no model to load.', 'Choose one with "Hearth: Switch Model…".');
}
