/** The whole answer to "will it fit": the plan, the largest context, the models beside it, and what else could be done. */
import type { BesidePlan, Plan, PlanMachine, PlanParams, PlanResult, Wishes } from '../shared/protocol/plan';
import { alternatives } from './alternatives';
import { catalogueModel, smallerQuantizations } from './catalogue';
import type { ModelShape } from './model-shape';
import { estimatedShape } from './plain-numbers';
import { maxContext, placeLayers, planModel } from './plan';
import { planFindings } from './plan-findings';
import { speedNote } from './speed';
import { DEFAULT_WISHES } from './wishes';

/** Of models beside, and where nothing is said and not everything fits onto the GPUs. Tokens. */
const SOME_CONTEXT = 8_192;

/** Models by the text that named them. */
export interface PlannedModels {
  model: ModelShape;
  beside: readonly ModelShape[];
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

/** The models beside come first: what they take is not free for the model itself. */
export function answerPlan(models: PlannedModels, machine: PlanMachine, params: PlanParams): PlanResult {
  const shape = models.model;
  const common = { ...DEFAULT_WISHES, ...params.wishes };
  const besides: BesidePlan[] = [];
  let left = machine;
  const takeFirst = (other: ModelShape, role: BesidePlan['role'], context: number): void => {
    const plan = planModel(other, left, { ...DEFAULT_WISHES, context });
    besides.push({ name: other.name, role, plan });
    left = withoutTaken(left, plan);
  };
  for (const other of models.beside)
    takeFirst(other, 'beside', Math.min(SOME_CONTEXT, other.trainContext || SOME_CONTEXT));
  const most = maxContext(shape, left, { ...common, context: SOME_CONTEXT });
  const context = params.wishes?.context ?? usualContext(shape, left, common, most);
  if (models.draft !== undefined) takeFirst(models.draft, 'draft', context);
  const wishes: Wishes = { ...common, context };
  const known = params.numbers === undefined ? catalogueModel(params.model, params.quantization) : undefined;
  const plan = planModel(shape, left, wishes);
  const files = known === undefined ? [] : smallerQuantizations(known);
  return {
    name: shape.name,
    ...(known !== undefined && { quantization: known.quantization }),
    machine,
    plan: together(plan, besides),
    maxContext: models.draft === undefined ? most : maxContext(shape, left, wishes),
    trainContext: shape.trainContext,
    layers: placeLayers(shape, left, wishes, plan.gpuLayers).layers,
    beside: besides,
    speedNote: speedNote(machine),
    findings: planFindings(shape, left, wishes, plan),
    alternatives: besides.some(doesNotFit) ? [] : alternatives(shape, left, wishes, files),
  };
}

/** The largest context where everything is on the GPUs with it, or nothing is; but none that is of no use. */
function usualContext(
  shape: ModelShape,
  machine: PlanMachine,
  common: Omit<Wishes, 'context'>,
  most: number,
): number {
  const some = Math.min(SOME_CONTEXT, shape.trainContext || SOME_CONTEXT);
  if (most === 0) return some;
  const at = (context: number): Plan => planModel(shape, machine, { ...common, context });
  const { gpuLayers, totalLayers } = at(most);
  const isWhole = gpuLayers === totalLayers || machine.gpus.length === 0;
  if (isWhole && most >= some) return most;
  return at(some).verdict === 'does-not-fit' ? most : some;
}

function withoutTaken(machine: PlanMachine, plan: Plan): PlanMachine {
  return {
    ...machine,
    gpus: machine.gpus.map((gpu, index) => {
      const of = plan.gpus[index];
      if (of === undefined) return gpu;
      const taken = of.weightBytes + of.kvBytes + of.computeBytes + of.overheadBytes;
      return { ...gpu, usedBytes: gpu.usedBytes + taken };
    }),
    ramUsedBytes: machine.ramUsedBytes + plan.totalRamBytes,
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
