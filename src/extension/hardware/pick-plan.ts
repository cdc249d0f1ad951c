/** Asks which model is to be planned. */
import * as vscode from 'vscode';
import type { ModelCatalog } from '../models/model-catalog';
import { nameOfPath } from '../models/active-model';
import type { PlannedModel } from './hardware-controller';
import { planPicks, type PlanPick } from './plan-picks';

type Item = vscode.QuickPickItem & { pick?: PlanPick; isFile?: boolean };

/** Undefined when the user chose nothing. */
export async function pickPlan(catalog: ModelCatalog): Promise<PlannedModel | undefined> {
  // The promise is the list: VS Code shows a busy picker until the headers have been read.
  const item = await vscode.window.showQuickPick(items(catalog), {
    title: 'Plan a Model',
    placeHolder: 'Will it fit? Nothing is downloaded or loaded',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return item?.isFile === true ? chooseFile() : item?.pick;
}

async function items(catalog: ModelCatalog): Promise<Item[]> {
  const groups = planPicks(await catalog.refresh());
  return [
    ...groups.flatMap(({ title, picks }): Item[] => [
      { label: title, kind: vscode.QuickPickItemKind.Separator },
      ...picks.map((pick): Item => ({
        label: pick.name,
        description: pick.description,
        ...(pick.detail !== undefined && { detail: pick.detail }),
        pick,
      })),
    ]),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(folder-opened) A File…', isFile: true },
  ];
}

async function chooseFile(): Promise<PlannedModel | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Plan a model file',
    openLabel: 'Plan Model',
    filters: { 'GGUF models': ['gguf'], 'All files': ['*'] },
  });
  const model = chosen?.[0]?.fsPath;
  return model === undefined ? undefined : { model, name: nameOfPath(model), hasExperts: false };
}
