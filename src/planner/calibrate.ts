/** The planner's formulas, brought in line with what the engine's dry run says of one load. Pure. */
import type { Plan, PlanMachine, Wishes } from '../shared/protocol/plan';
import type { DryRun } from '../shared/protocol/worker';
import type { DryRunSettings } from './calibration';
import { computeBytes, inputBytes } from './compute-buffers';
import type { ModelShape } from './model-shape';
import { planModel } from './plan';

/** Undefined where the engine cannot be asked, because it cannot load that: experts in RAM, a model that is guessed. */
export function dryRunSettings(plan: Plan, wishes: Omit<Wishes, 'context'>): DryRunSettings | undefined {
  if (plan.expertLayersInRam > 0 || plan.basis === 'estimate') return undefined;
  const { sequences, batch, kvType, flashAttention } = wishes;
  const { gpuLayers, context } = plan;
  return { gpuLayers, context, sequences, batch, kvType, flashAttention };
}

/**
 * The model as the engine takes it, so that a plan with these settings has the engine's own figures.
 * @param shape as the header says it is, without a calibration
 * @param machine that the engine has answered for
 */
export function calibrated(
  shape: ModelShape,
  machine: PlanMachine,
  settings: DryRunSettings,
  { weights, context }: DryRun,
): ModelShape {
  const wishes: Wishes = { ...settings, expertLayersInRam: 0, smallContext: false };
  const plan = planModel(shape, machine, wishes);
  const { kv } = plan;
  const isOnGpus = plan.gpuLayers > 0;
  const vramCompute = plan.gpus.reduce((sum, gpu) => sum + gpu.computeBytes, 0);
  const ramCompute = isOnGpus ? inputBytes(shape, wishes) : computeBytes(shape, wishes);
  const isKnownCache = context.vramBytes >= kv.vramBytes && context.ramBytes >= kv.ramBytes;
  // Of a cache of another kind only the sum with the buffers is known.
  const whole = ratio(
    context.vramBytes + context.ramBytes,
    kv.vramBytes + kv.ramBytes + vramCompute + ramCompute,
  );
  const ofRam = isKnownCache ? ratio(context.ramBytes - kv.ramBytes, ramCompute) : whole;
  const ofVram = isKnownCache ? ratio(context.vramBytes - kv.vramBytes, vramCompute) : whole;
  return {
    ...shape,
    calibration: {
      settings,
      vramWeights: ratio(weights.vramBytes, plan.weights.vramBytes),
      ramWeights: ratio(weights.ramBytes, plan.weights.ramBytes),
      kv: isKnownCache ? 1 : whole,
      compute: isOnGpus ? ofVram : ofRam,
      input: isOnGpus ? ofRam : 1,
    },
  };
}

function ratio(engine: number, formula: number): number {
  return formula > 0 ? engine / formula : 1;
}
