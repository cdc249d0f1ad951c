/** The list behind "Switch Model…". */
import * as vscode from 'vscode';
import { USEFUL_CONTEXT } from '../../planner/wishes';
import type { ModelFile } from '../../shared/protocol/models';
import { DisposableStore } from '../../shared/util/disposable';
import { formatCount } from '../../shared/util/format';
import type { HubStore } from '../connection/hub-store';
import type { ModelCatalog } from './model-catalog';
import { modelPick } from './model-pick';

export type ModelChoice =
  | { kind: 'model'; file: ModelFile }
  | { kind: 'plan'; file: ModelFile }
  | { kind: 'add' }
  | { kind: 'command'; command: string };

/** What the list needs of the planner. */
export interface FilePlans {
  /** By a file's path, whether it fits; what is not known soon is left out. */
  verdicts: (files: readonly ModelFile[]) => Promise<ReadonlyMap<string, string>>;
  /** Shows the plan of a file. */
  show: (file: ModelFile) => Promise<void>;
}

interface Deps {
  store: HubStore;
  catalog: ModelCatalog;
  plans: Pick<FilePlans, 'verdicts'>;
}

type Item = vscode.QuickPickItem & { choice?: ModelChoice };
type Picker = vscode.QuickPick<Item>;

const PLAN: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('checklist'), tooltip: 'Plan…' };
const ASKED = 'The model that answers';

const GROUPS: { source: ModelFile['source']; label: string }[] = [
  { source: 'bundled', label: 'Comes with Hearth' },
  { source: 'folder', label: 'In your folders' },
  { source: 'added', label: 'Added' },
];

/**
 * Undefined when the user chose nothing.
 * @throws HearthError when the hub cannot list them
 */
export async function pickModel(deps: Deps): Promise<ModelChoice | undefined> {
  const owned = new DisposableStore();
  const picker = owned.add(vscode.window.createQuickPick<Item>());
  picker.title = 'Switch Model';
  picker.placeholder = ASKED;
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  try {
    const chosen = new Promise<ModelChoice | undefined>((resolve) => {
      owned.add(
        picker.onDidAccept(() => {
          const choice = picker.activeItems[0]?.choice;
          if (choice !== undefined) resolve(choice);
        }),
      );
      owned.add(
        picker.onDidTriggerItemButton(({ item: { choice } }) => {
          if (choice?.kind === 'model') resolve({ kind: 'plan', file: choice.file });
        }),
      );
      owned.add(picker.onDidHide(() => resolve(undefined)));
    });
    picker.show();
    return await Promise.race([chosen, fill(picker, deps).then(() => chosen)]);
  } finally {
    owned.dispose();
  }
}

/** The list comes first; whether each fits, when the machine has been looked at. */
async function fill(picker: Picker, { store, catalog, plans }: Deps): Promise<void> {
  picker.busy = true;
  const files = await catalog.refresh();
  picker.items = items(files, store, catalog);
  const verdicts = await plans.verdicts(files);
  picker.busy = false;
  if (verdicts.size === 0) return;
  const active = picker.activeItems[0];
  picker.keepScrollPosition = true;
  picker.items = items(files, store, catalog, verdicts);
  // The choice stays where it was.
  const same = active && picker.items.find((item) => keyOf(item) === keyOf(active));
  if (same !== undefined) picker.activeItems = [same];
  picker.placeholder = `${ASKED}; whether each fits with ${formatCount(USEFUL_CONTEXT)} tokens`;
}

function items(
  files: readonly ModelFile[],
  store: HubStore,
  catalog: ModelCatalog,
  verdicts: ReadonlyMap<string, string> = new Map(),
): Item[] {
  const resident = store.state?.models ?? [];
  const models = GROUPS.flatMap(({ source, label }) => {
    const ofSource = files.filter((file) => file.source === source);
    if (ofSource.length === 0) return [];
    const picks = ofSource.map((file): Item => {
      const inMemory = resident.find(({ path }) => path === file.path);
      return {
        ...modelPick(file, file.path === catalog.active?.path, inMemory, verdicts.get(file.path)),
        choice: { kind: 'model', file },
        ...(file.facts !== undefined && { buttons: [PLAN] }),
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

function keyOf({ choice, label }: Item): string {
  return choice?.kind === 'model' ? choice.file.path : label;
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
