/** The list behind "Switch Model…". */
import * as vscode from 'vscode';
import type { ModelFile } from '../../shared/protocol/models';
import type { HubStore } from '../connection/hub-store';
import type { ModelCatalog } from './model-catalog';
import { modelPick } from './model-pick';

export type ModelChoice =
  { kind: 'model'; file: ModelFile } | { kind: 'add' } | { kind: 'command'; command: string };

type Item = vscode.QuickPickItem & { choice?: ModelChoice };

const GROUPS: { source: ModelFile['source']; label: string }[] = [
  { source: 'bundled', label: 'Comes with Hearth' },
  { source: 'folder', label: 'In your folders' },
  { source: 'added', label: 'Added' },
];

/** Undefined when the user chose nothing. */
export async function pickModel({
  store,
  catalog,
}: {
  store: HubStore;
  catalog: ModelCatalog;
}): Promise<ModelChoice | undefined> {
  // The promise is the list: VS Code shows a busy picker until the headers have been read.
  const item = await vscode.window.showQuickPick(items(store, catalog), {
    title: 'Switch Model',
    placeHolder: 'The model that answers',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return item?.choice;
}

async function items(store: HubStore, catalog: ModelCatalog): Promise<Item[]> {
  const files = await catalog.refresh();
  const resident = store.state?.models ?? [];
  const models = GROUPS.flatMap(({ source, label }) => {
    const ofSource = files.filter((file) => file.source === source);
    if (ofSource.length === 0) return [];
    const picks = ofSource.map((file): Item => {
      const inMemory = resident.find(({ path }) => path === file.path);
      return {
        ...modelPick(file, file.path === catalog.active?.path, inMemory),
        choice: { kind: 'model', file },
      };
    });
    return [separator(label), ...picks];
  });
  const actions: Item[] = [
    { label: '$(add) Add a Model File…', choice: { kind: 'add' } },
    {
      label: '$(folder) Choose Model Folders…',
      choice: { kind: 'command', command: 'hearth.openModelSettings' },
    },
  ];
  if (resident.length > 0) {
    actions.push(
      { label: '$(refresh) Reload Model', choice: { kind: 'command', command: 'hearth.reloadModel' } },
      { label: '$(debug-stop) Unload Model', choice: { kind: 'command', command: 'hearth.unloadModel' } },
    );
  }
  return [...models, separator(''), ...actions];
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
