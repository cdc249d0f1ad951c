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
  const { model: shape, draft } = models;
  const common = { ...DEFAULT_WISHES, ...params.wishes };
  const besides: BesidePlan[] = [];
  let left = machine;
  for (const other of models.beside) {
    const plan = planModel(other.shape, left, besideWishes(other));
    besides.push({ name: other.shape.name, role: other.role, plan });
    left = withoutTaken(left, plan);
  }
  const beforeDraft = left;
  const leftAt = (context: number): PlanMachine =>
    draft === undefined
      ? beforeDraft
      : withoutTaken(beforeDraft, planModel(draft, beforeDraft, draftWishes(context)));
  const most = maxContext(shape, leftAt, common);
  const context = params.wishes?.context ?? usualContext(shape, leftAt, common, most);
  if (draft !== undefined) {
    besides.push({
      name: draft.name,
      role: 'draft',
      plan: planModel(draft, beforeDraft, draftWishes(context)),
    });
    left = leftAt(context);
  }
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
    alternatives: besides.some(doesNotFit) ? [] : alternatives(shape, left, wishes, files, measured),
  };
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
  if (failed === undefined) return plan;
  return {
    ...plan,
    verdict: 'does-not-fit',
    loadable: false,
    reason: `${failed.name}, which is to be in memory as well, does not fit: ${failed.plan.reason}`,
  };
}

function doesNotFit({ plan }: BesidePlan): boolean {
  return plan.verdict === 'does-not-fit';
}
