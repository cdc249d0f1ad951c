/** Asks which model is to be planned. */
import * as vscode from 'vscode';
import type { PlanMachine } from '../../shared/protocol/plan';
import type { ModelFile } from '../../shared/protocol/models';
import type { ModelCatalog } from '../models/model-catalog';
import { nameOfPath } from '../models/active-model';
import type { PlannedModel } from './hardware-controller';
import type { Verdicts } from './own-verdicts';
import { addressProblem, consentText, modelAddress } from './remote-model';
import {
  activeProblem,
  bitsProblem,
  parametersProblem,
  plainName,
  plainNumbers,
  readAmount,
} from './plain-numbers';
import { planPicks } from './plan-picks';

type Item = vscode.QuickPickItem & { choose?: () => Promise<PlannedModel | undefined> | PlannedModel };

interface Deps {
  catalog: ModelCatalog;
  /** This machine, where it is known already. */
  machineAtHand: () => Promise<PlanMachine | undefined>;
  /** Of the files, as far as they come soon. */
  verdicts: (files: readonly ModelFile[], machine: PlanMachine) => Promise<Verdicts>;
}

/** Undefined when the user chose nothing. */
export async function pickPlan(deps: Deps): Promise<PlannedModel | undefined> {
  // The promise is the list: VS Code shows a busy picker until the headers have been read.
  const item = await vscode.window.showQuickPick(items(deps), {
    title: 'Plan a Model',
    placeHolder: 'Will it fit? Nothing is downloaded or loaded',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return item?.choose?.();
}

async function items({ catalog, machineAtHand, verdicts }: Deps): Promise<Item[]> {
  const [files, machine] = await Promise.all([catalog.refresh(), machineAtHand()]);
  const own = machine && (await verdicts(files, machine));
  return [
    ...planPicks(files, machine, own).flatMap(({ title, picks }): Item[] => [
      { label: title, kind: vscode.QuickPickItemKind.Separator },
      ...picks.map(({ description, detail, ...planned }): Item => ({
        label: planned.name,
        description,
        ...(detail !== undefined && { detail }),
        choose: () => planned,
      })),
    ]),
    { label: 'Another one', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(folder-opened) A File…', choose: chooseFile },
    { label: '$(globe) An Address or Hub Name…', choose: askAddress },
    { label: '$(symbol-numeric) Plain Numbers…', choose: askNumbers },
  ];
}

async function chooseFile(): Promise<PlannedModel | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Plan a model file',
    openLabel: 'Plan Model',
    filters: { 'GGUF models': ['gguf'], 'All files': ['*'] },
  });
  const model = chosen?.[0]?.fsPath;
  return model === undefined ? undefined : { model, name: nameOfPath(model) };
}

/** Nothing is asked before the user has agreed to just that. */
async function askAddress(): Promise<PlannedModel | undefined> {
  const text = await vscode.window.showInputBox({
    title: 'Plan a Model That Is Not Here',
    prompt: 'Where its GGUF file is. Before anything is asked, you see what.',
    placeHolder: 'https://…/FILE.gguf or hf:OWNER/REPOSITORY/FILE.gguf',
    validateInput: (typed) => (typed === '' ? undefined : addressProblem(typed)),
    ignoreFocusOut: true,
  });
  const address = text === undefined ? undefined : modelAddress(text);
  if (address === undefined) return undefined;
  const { message, detail } = consentText(address);
  const ask = `Ask ${address.host}`;
  const answer = await vscode.window.showInformationMessage(message, { modal: true, detail }, ask);
  return answer === ask ? { model: address.model, name: address.name, allowNetwork: true } : undefined;
}

async function askNumbers(): Promise<PlannedModel | undefined> {
  const ask = (
    step: number,
    prompt: string,
    placeHolder: string,
    validateInput: (text: string) => string | undefined,
  ): Thenable<string | undefined> =>
    vscode.window.showInputBox({
      title: `Plan from Plain Numbers (${step}/3)`,
      ...{ prompt, placeHolder, validateInput, ignoreFocusOut: true },
    });
  const parameters = await ask(1, 'Parameters of the model', '120B', parametersProblem);
  if (parameters === undefined) return undefined;
  const all = readAmount(parameters) ?? 0;
  const active = await ask(
    2,
    'Parameters that each token uses; nothing for a model without experts',
    '5B',
    (text) => activeProblem(text, all),
  );
  if (active === undefined) return undefined;
  const bits = await ask(3, 'Bits of a weight', '4.25', bitsProblem);
  if (bits === undefined) return undefined;
  const name = plainName(parameters, active, bits);
  return { model: name, name, numbers: plainNumbers(parameters, active, bits) };
}
