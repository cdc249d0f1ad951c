/** The whole answer to "will it fit": the plan, the largest context, the models beside it, and what else could be done. */
import type { BesidePlan, Plan, PlanMachine, PlanParams, PlanResult, Wishes } from '../shared/protocol/plan';
import { alternatives } from './alternatives';
import { besideWishes, draftWishes, type BesideShape } from './beside';
import { isUnified } from './cards';
import { catalogueModel, smallerQuantizations } from './catalogue';
import type { ModelShape } from './model-shape';
import { estimatedShape } from './plain-numbers';
import { maxContext, placeLayers, planModel, takenBytes } from './plan';
import { planFindings } from './plan-findings';
import { speedNote, withMeasuredSpeed, type MeasuredSpeed } from './speed';
import { DEFAULT_WISHES, USEFUL_CONTEXT } from './wishes';

/** Models by the text that named them. */
export interface PlannedModels {
  model: ModelShape;
  beside: readonly BesideShape[];
  draft: ModelShape | undefined;
}

/**
 * A known name or plain numbers; undefined for anything that has to be read first.
 * @throws HearthError `bad-request` for figures or a quantization that cannot be
 */
export function knownShape(
  model: string,
  { quantization, numbers }: Pick<PlanParams, 'quantization' | 'numbers'> = {},
): ModelShape | undefined {
  if (numbers !== undefined) return estimatedShape(model, numbers);
  return catalogueModel(model, quantization)?.shape;
}

/**
 * The models beside come first: what they take is not free for the model itself. A draft model's context is the model's
 * own, so that the two are planned together.
 * @param measured of this model on this machine
 */
export function answerPlan(
  models: PlannedModels,
  machine: PlanMachine,
  params: PlanParams,
  measured: MeasuredSpeed = () => undefined,
): PlanResult {
  const { model: shape } = models;
  const common = { ...DEFAULT_WISHES, ...params.wishes };
  const leftOf = (whole: PlanMachine, context: number): PlanMachine =>
    plannedBeside(models, whole, context).left;
  const leftAt = (context: number): PlanMachine => leftOf(machine, context);
  const most = maxContext(shape, leftAt, common);
  const context = params.wishes?.context ?? usualContext(shape, leftAt, common, most);
  const { besides, left } = plannedBeside(models, machine, context);
  const wishes: Wishes = { ...common, context };
  const known = params.numbers === undefined ? catalogueModel(params.model, params.quantization) : undefined;
  const plan = withMeasuredSpeed(planModel(shape, left, wishes), wishes, measured);
  const files = known === undefined ? [] : smallerQuantizations(known);
  return {
    name: shape.name,
    ...(known !== undefined && { quantization: known.quantization }),
    machine,
    plan: together(plan, besides),
    maxContext: most,
    trainContext: shape.trainContext,
    layers: placeLayers(shape, left, wishes, plan.gpuLayers).layers,
    beside: besides,
    speedNote: speedNote(machine, plan),
    findings: planFindings(shape, left, wishes, plan),
    alternatives:
      params.withoutAlternatives === true || besides.some(doesNotFit)
        ? []
        : alternatives(shape, machine, wishes, { files, measured, left: leftOf }),
  };
}

/** What the models beside take, and the draft model with the model's own context, and what is left of the machine. */
function plannedBeside(
  { beside, draft }: PlannedModels,
  machine: PlanMachine,
  context: number,
): { besides: BesidePlan[]; left: PlanMachine } {
  const besides: BesidePlan[] = [];
  let left = machine;
  const add = (name: string, role: BesidePlan['role'], shape: ModelShape, wishes: Wishes): void => {
    const plan = planModel(shape, left, wishes);
    besides.push({ name, role, plan });
    left = withoutTaken(left, plan);
  };
  for (const other of beside) add(other.shape.name, other.role, other.shape, besideWishes(other));
  if (draft !== undefined) add(draft.name, 'draft', draft, draftWishes(context));
  return { besides, left };
}

/** The largest context where everything is on the GPUs with it, or nothing is; but none that is of no use. */
function usualContext(
  shape: ModelShape,
  machineAt: (context: number) => PlanMachine,
  common: Omit<Wishes, 'context'>,
  most: number,
): number {
  const some = Math.min(USEFUL_CONTEXT, shape.trainContext || USEFUL_CONTEXT);
  if (most === 0) return some;
  const at = (context: number): Plan => planModel(shape, machineAt(context), { ...common, context });
  const { gpuLayers, totalLayers, gpus } = at(most);
  const isWhole = gpuLayers === totalLayers || gpus.length === 0;
  if (isWhole && most >= some) return most;
  return at(some).verdict === 'does-not-fit' ? most : some;
}

function withoutTaken(machine: PlanMachine, plan: Plan): PlanMachine {
  return {
    ...machine,
    gpus: machine.gpus.map((gpu, index) => {
      const of = plan.gpus[index];
      if (of === undefined) return gpu;
      return { ...gpu, usedBytes: gpu.usedBytes + takenBytes(of) };
    }),
    ramUsedBytes: machine.ramUsedBytes + plan.totalRamBytes + (isUnified(machine) ? plan.totalVramBytes : 0),
  };
}

/** They are wanted together: one that does not fit is enough. */
function together(plan: Plan, besides: readonly BesidePlan[]): Plan {
  const failed = besides.find(doesNotFit);
  if (failed === undefined) {
    const draft = besides.find(({ role }) => role === 'draft');
    return draft === undefined || !plan.loadable ? plan : { ...plan, ...notYet(draft) };
  }
  return {
    ...plan,
    verdict: 'does-not-fit',
    loadable: false,
    reason: `${failed.name}, which is to be in memory as well, does not fit: ${failed.plan.reason}`,
  };
}

function notYet({ name }: BesidePlan): Pick<Plan, 'loadable' | 'reason'> {
  return {
    loadable: false,
    reason: `It fits, but Hearth does not let ${name} draft yet; it loads without it.`,
  };
}

function doesNotFit({ plan }: BesidePlan): boolean {
  return plan.verdict === 'does-not-fit';
}
