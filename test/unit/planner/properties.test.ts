/** What a plan promises, for any model on any machine. */
import assert from 'node:assert/strict';
import { alternatives } from '../../../src/planner/alternatives';
import { weightBytes } from '../../../src/planner/model-shape';
import { maxContext, placeLayers, planModel } from '../../../src/planner/plan';
import type { Plan, PlanMachine } from '../../../src/shared/protocol/plan';
import { MadeUp } from '../../support/made-up-models';

/** Rounding, not memory. */
const NOTHING = 16;

function needs({ totalVramBytes, totalRamBytes }: Plan): number {
  return totalVramBytes + totalRamBytes;
}

/** With up to 4 GiB left over by the least plan, so that memory ends before the model's context does. */
function tightened(made: MadeUp, machine: PlanMachine, least: (on: PlanMachine) => Plan): PlanMachine {
  const { freeRamBytes, gpus } = least(machine);
  const spare = (free: number): number => Math.max(0, free - made.upTo(4 * 2 ** 30));
  return {
    ...machine,
    ramBytes: machine.ramBytes - spare(freeRamBytes),
    gpus: machine.gpus.map((gpu, index) => ({
      ...gpu,
      vramBytes: gpu.vramBytes - spare(gpus[index]?.freeBytes ?? 0),
    })),
  };
}

/** Thousands in all, in parts: a slow machine has its time limit too. */
describe('any plan', () => {
  const PARTS = [0, 1, 2, 3];
  const rounds = (seed: number, count: number, check: (made: MadeUp, what: string) => void) => {
    for (let round = 0; round < count; round += 1) check(new MadeUp(seed + round), `seed ${seed + round}`);
  };

  for (const part of PARTS)
    it(`has a verdict that agrees with the sums, GPU by GPU (${part})`, () => {
      rounds(10_000 + 1_000 * part, 200, (made, what) => {
        const [shape, machine, wishes] = [made.model(), made.machine(), made.wishes()];
        const plan = planModel(shape, machine, { ...wishes, gpuLayers: made.oneOf(['auto', made.upTo(70)]) });
        const lacks = plan.freeRamBytes < 0 || plan.gpus.some(({ freeBytes }) => freeBytes < 0);
        assert.equal(plan.verdict === 'does-not-fit', lacks, what);
        assert.ok(!plan.loadable || !lacks, what);
        assert.equal(plan.verdict === 'fits', !lacks && plan.gpuLayers === plan.totalLayers && plan.expertLayersInRam === 0, what); // prettier-ignore
        const { vramBytes, ramBytes } = plan.weights;
        const tiedCopy = shape.isTied && plan.gpuLayers > 0 ? shape.embeddingBytes : 0;
        const all = weightBytes(shape) + tiedCopy + (wishes.loraBytes ?? 0);
        assert.ok(Math.abs(vramBytes + ramBytes - all) < NOTHING, what);
        const onGpus = plan.gpus.reduce((sum, gpu) => sum + gpu.weightBytes + gpu.kvBytes + gpu.computeBytes + gpu.smallContextBytes + gpu.overheadBytes, 0); // prettier-ignore
        assert.ok(Math.abs(onGpus - plan.totalVramBytes) < NOTHING, what);
        assert.equal(plan.gpus.reduce((sum, { layers }) => sum + layers, 0), plan.gpuLayers, what); // prettier-ignore
      });
    });

  for (const part of PARTS)
    it(`needs no less memory for more context (${part})`, () => {
      rounds(20_000 + 1_000 * part, 200, (made, what) => {
        const [shape, machine, wishes] = [made.model(), made.machine(), made.wishes()];
        const fixed = { ...wishes, gpuLayers: made.upTo(66) };
        const more = { ...fixed, context: fixed.context + 256 * (1 + made.upTo(40)) };
        assert.ok(
          needs(planModel(shape, machine, more)) >= needs(planModel(shape, machine, fixed)) - NOTHING,
          what,
        );
      });
    });

  for (const part of PARTS)
    it(`needs no more VRAM for fewer layers on the GPUs (${part})`, () => {
      rounds(30_000 + 1_000 * part, 200, (made, what) => {
        const [shape, machine, wishes] = [made.model(), made.machine(), made.wishes()];
        const gpuLayers = 1 + made.upTo(65);
        const [plan, fewer] = [gpuLayers, gpuLayers - 1].map((layers) =>
          planModel(shape, machine, { ...wishes, expertLayersInRam: 0, gpuLayers: layers }),
        );
        assert.ok(fewer!.totalVramBytes <= plan!.totalVramBytes + NOTHING, what);
      });
    });

  for (const part of PARTS)
    it(`puts as many layers on the GPUs as fit, and no more (${part})`, () => {
      rounds(40_000 + 1_000 * part, 80, (made, what) => {
        const [shape, machine, wishes] = [made.model(), made.machine(), made.wishes()];
        const plan = planModel(shape, machine, wishes);
        const fits = (gpuLayers: number) =>
          planModel(shape, machine, { ...wishes, gpuLayers }).gpus.every(({ freeBytes }) => freeBytes >= 0);
        assert.ok(plan.gpuLayers === 0 || fits(plan.gpuLayers), what);
        if (machine.gpus.length > 0 && plan.gpuLayers < plan.totalLayers)
          assert.ok(!fits(plan.gpuLayers + 1), what);
        assert.equal(placeLayers(shape, machine, wishes, plan.gpuLayers).layers.length, shape.layers.length);
      });
    });

  for (const part of PARTS)
    it(`names a largest context that fits, and the next one does not (${part})`, () => {
      let bounded = 0;
      rounds(50_000 + 1_000 * part, 80, (made, what) => {
        const [shape, wishes] = [made.model(), made.wishes()];
        const machine = tightened(made, made.machine(), (on) =>
          planModel(shape, on, { ...wishes, context: 256 }),
        );
        const most = maxContext(shape, machine, wishes);
        const at = (context: number) => planModel(shape, machine, { ...wishes, context });
        if (most === 0) return assert.equal(at(256).verdict, 'does-not-fit', what);
        const plan = at(most);
        assert.notEqual(plan.verdict, 'does-not-fit', what);
        if (most + 256 > shape.trainContext) return;
        bounded += 1;
        const next = at(most + 256);
        const isWhole = plan.gpuLayers === plan.totalLayers;
        assert.ok(
          next.verdict === 'does-not-fit' || (isWhole && next.gpuLayers < next.totalLayers),
          `${what}: ${most}`,
        );
      });
      assert.ok(bounded > 20, String(bounded));
    });

  for (const part of PARTS)
    it(`has alternatives that fit and are better (${part})`, () => {
      let offered = 0;
      rounds(60_000 + 1_000 * part, 12, (made, what) => {
      const [shape, machine, wishes] = [made.model(), made.machine(), made.wishes()];
      const plan = planModel(shape, machine, wishes);
      for (const other of alternatives(shape, machine, wishes)) {
        offered += 1;
        assert.notEqual(other.plan.verdict, 'does-not-fit', `${what}: ${other.change}`);
        assert.ok(plan.verdict === 'does-not-fit' || other.plan.gpuLayers > plan.gpuLayers, `${what}: ${other.change}`);
        const isFaster = other.plan.speed.tokensPerSecond > plan.speed.tokensPerSecond;
        assert.ok(plan.verdict === 'does-not-fit' || plan.verdict === 'fits' || isFaster, `${what}: ${other.change}`);
        assert.ok(other.maxContext >= Math.min(256, shape.trainContext), `${what}: ${other.change}`);
        // What a click applies is what was planned.
        const applied = planModel(shape, other.machine ?? machine, { ...wishes, ...other.wishes });
        if (other.wishes !== undefined) assert.deepEqual(applied, other.plan, `${what}: ${other.change}`);
      }
    }); // prettier-ignore
      assert.ok(offered > 5, String(offered));
    });
});
