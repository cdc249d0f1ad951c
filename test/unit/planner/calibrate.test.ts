import assert from 'node:assert/strict';
import { calibrated, dryRunSettings } from '../../../src/planner/calibrate';
import { GPT_OSS, gptOssHeader } from '../../../src/planner/gpt-oss';
import { modelShape } from '../../../src/planner/model-shape';
import { planModel } from '../../../src/planner/plan';
import { DEFAULT_WISHES } from '../../../src/planner/wishes';
import type { Plan, PlanMachine, Wishes } from '../../../src/shared/protocol/plan';
import type { DryRun } from '../../../src/shared/protocol/worker';
import { MadeUp } from '../../support/made-up-models';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const shape = modelShape('gpt-oss-20b', gptOssHeader(GPT_OSS['gpt-oss-20b']!));
const wishes: Wishes = { ...DEFAULT_WISHES, context: 32_768 };
const machineOf = (gpus: number[]): PlanMachine => ({
  gpus: gpus.map((gib, index) => ({ name: `GPU ${index}`, vramBytes: gib * GIB, usedBytes: 0 })),
  ramBytes: 64 * GIB,
  ramUsedBytes: 0,
});
const settingsOf = (plan: Plan, of: Wishes) => dryRunSettings(plan, of) ?? assert.fail('no dry run');

/** Weights, KV cache and compute buffers as a plan reserves them. */
function reserved({ weights, kv, gpus, computeBytes, gpuLayers }: Plan): DryRun {
  const vramCompute = gpus.reduce((sum, gpu) => sum + gpu.computeBytes, 0);
  return {
    weights,
    context: {
      vramBytes: kv.vramBytes + (gpuLayers > 0 ? vramCompute : 0),
      ramBytes: kv.ramBytes + computeBytes - (gpuLayers > 0 ? vramCompute : 0),
    },
  };
}

/** Rounding, not memory: of each layer's parts. */
function same(actual: DryRun, expected: DryRun, what: string): void {
  for (const part of ['weights', 'context'] as const)
    for (const place of ['vramBytes', 'ramBytes'] as const) {
      const [found, wanted] = [actual[part][place], expected[part][place]];
      assert.ok(Math.abs(found - wanted) <= 256, `${what}: ${part} ${place} ${found}, not ${wanted}`);
    }
}

describe('a calibrated model', () => {
  it('is planned with the engine’s own figures, wherever it lies', () => {
    const engine: DryRun = {
      weights: { vramBytes: 9 * GIB, ramBytes: 3 * GIB },
      context: { vramBytes: 3 * GIB, ramBytes: 2 * GIB },
    };
    for (const [gpus, gpuLayers] of [
      [[48], 25],
      [[48], 9],
      [[24, 24], 25],
      [[], 0],
    ] as const) {
      const machine = machineOf([...gpus]);
      const fixed = { ...wishes, gpuLayers };
      const plain = planModel(shape, machine, fixed);
      const known = calibrated(shape, machine, settingsOf(plain, fixed), gpus.length > 0 ? engine : withoutVram(engine)); // prettier-ignore
      const plan = planModel(known, machine, fixed);
      same(reserved(plan), gpus.length > 0 ? engine : withoutVram(engine), JSON.stringify([gpus, gpuLayers]));
      assert.deepEqual([plain.basis, plan.basis], ['computed', 'simulated']);
      assert.equal(plan.kvBytes, plain.kvBytes);
      assert.ok(plan.totalVramBytes + plan.totalRamBytes > plain.totalVramBytes + plain.totalRamBytes);
    }
  });

  it('is computed for any other load, in the same proportion', () => {
    const machine = machineOf([48]);
    const plain = planModel(shape, machine, wishes);
    const engine = reserved(plain);
    engine.context.vramBytes += plain.gpus[0]!.computeBytes;
    const known = calibrated(shape, machine, settingsOf(plain, wishes), engine);
    const changes: Partial<Wishes>[] = [{ context: 8_192 }, { sequences: 2 }, { batch: 256 }, { kvType: 'q8_0' }, { flashAttention: false }, { gpuLayers: 20 }]; // prettier-ignore
    for (const change of changes) {
      const other = planModel(known, machine, { ...wishes, ...change });
      const before = planModel(shape, machine, { ...wishes, ...change });
      assert.equal(other.basis, 'computed', JSON.stringify(change));
      const more = other.gpus[0]!.computeBytes / before.gpus[0]!.computeBytes;
      assert.ok(Math.abs(more - 2) < 1e-4, `${JSON.stringify(change)}: ${more}`);
    }
  });

  it('has a cache of a kind that the formulas do not know: the sum is right', () => {
    const machine = machineOf([48]);
    const plain = planModel(shape, machine, wishes);
    const engine = { weights: plain.weights, context: { vramBytes: 100 * MIB, ramBytes: 20 * MIB } };
    const plan = planModel(calibrated(shape, machine, settingsOf(plain, wishes), engine), machine, wishes);
    const { context } = reserved(plan);
    assert.ok(Math.abs(context.vramBytes + context.ramBytes - 120 * MIB) <= 256);
    assert.ok(plan.kvBytes < plain.kvBytes);
  });

  it('has no more layers on the GPU than then fit, for any model on any machine', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const made = new MadeUp(seed);
      const [model, machine, asked] = [made.model(), made.machine(), made.wishes()];
      const plain = planModel(model, machine, asked);
      const settings = dryRunSettings(plain, asked);
      if (settings === undefined) continue;
      const engine = reserved(planModel(model, machine, { ...settings, expertLayersInRam: 0, smallContext: false })); // prettier-ignore
      for (const bytes of [engine.weights, engine.context]) {
        bytes.vramBytes = Math.round(bytes.vramBytes * (0.8 + made.upTo(70) / 100));
        bytes.ramBytes = Math.round(bytes.ramBytes * (0.8 + made.upTo(70) / 100));
      }
      const plan = planModel(calibrated(model, machine, settings, engine), machine, asked);
      // Rounding, a layer at a time.
      const lacks = plan.gpus.some(({ freeBytes }) => freeBytes < -256);
      assert.ok(!lacks || plan.gpuLayers === 0, `seed ${seed}`);
      assert.ok(plan.basis === 'simulated' || plan.gpuLayers !== plain.gpuLayers, `seed ${seed}`);
    }
  });

  it('is not tried where the engine cannot load it', () => {
    const experts = { ...wishes, expertLayersInRam: 4 };
    assert.equal(dryRunSettings(planModel(shape, machineOf([48]), experts), experts), undefined);
    const guessed = planModel({ ...shape, isEstimate: true }, machineOf([48]), wishes);
    assert.equal(dryRunSettings(guessed, wishes), undefined);
  });

  it('cannot be loaded as the engine has refused it, and perhaps otherwise', () => {
    const machine = machineOf([48]);
    const plain = planModel(shape, machine, wishes);
    const refused = {
      ...shape,
      refusal: { settings: settingsOf(plain, wishes), reason: 'It lacks a tensor.' },
    };
    const { loadable, reason } = planModel(refused, machine, wishes);
    assert.deepEqual([loadable, reason], [false, 'It lacks a tensor.']);
    assert.ok(planModel(refused, machine, { ...wishes, context: 4_096 }).loadable);
  });
});

function withoutVram({ weights, context }: DryRun): DryRun {
  const inRam = ({ vramBytes, ramBytes }: DryRun['weights']) => ({
    vramBytes: 0,
    ramBytes: vramBytes + ramBytes,
  });
  return { weights: inRam(weights), context: inRam(context) };
}
