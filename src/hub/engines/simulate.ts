/** A plan with the engine's own figures: it tries the load without weights, and the plan follows what it says. */
import { calibrated, dryRunSettings } from '../../planner/calibrate';
import type { DryRunSettings } from '../../planner/calibration';
import type { ModelShape } from '../../planner/model-shape';
import { HearthError } from '../../shared/protocol/errors';
import type { Plan, PlanMachine, Wishes } from '../../shared/protocol/plan';
import type { DryRun } from '../../shared/protocol/worker';

/** Other figures may let another number of layers fit, or another context, which have to be tried in their turn. */
const ROUNDS = 3;

interface Simulated {
  machine: PlanMachine;
  wishes: Omit<Wishes, 'context'>;
  /** The plan with the model's shape as it is known so far. */
  plan: (shape: ModelShape) => Plan;
  /** Undefined when the engine is not asked about that. */
  tryLoad: (settings: DryRunSettings) => Promise<DryRun | undefined>;
}

/**
 * The shape with which the plan has the engine's figures, or its reason not to load it so; the shape itself, where the
 * engine cannot be asked.
 * @throws HearthError when the engine has not answered
 */
export async function simulate(
  shape: ModelShape,
  { machine, wishes, plan, tryLoad }: Simulated,
): Promise<ModelShape> {
  let found = shape;
  for (let round = 0; round < ROUNDS; round += 1) {
    const planned = plan(found);
    if (planned.basis === 'simulated') break;
    const settings = dryRunSettings(planned, wishes);
    if (settings === undefined) break;
    try {
      const tried = await tryLoad(settings);
      if (tried === undefined) break;
      found = calibrated(shape, machine, settings, tried);
    } catch (error) {
      if (!(error instanceof HearthError) || error.info.code !== 'model-load-failed') throw error;
      return { ...found, refusal: { settings, reason: error.message } };
    }
  }
  return found;
}
