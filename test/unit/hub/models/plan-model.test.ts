import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TryLoad } from '../../../../src/hub/engines/dry-runner';
import type { MachineNow, MemoryClaim } from '../../../../src/hub/engines/memory-claims';
import { matchRun, type MeasuredRun, type RunKey } from '../../../../src/hub/engines/measured-runs';
import { modelFileKey } from '../../../../src/hub/models/model-file';
import { PlanModelCommand } from '../../../../src/hub/models/plan-model';
import { HearthError } from '../../../../src/shared/protocol/errors';
import type { PlanParams, PlanResult } from '../../../../src/shared/protocol/plan';
import type { DryRunParams } from '../../../../src/shared/protocol/worker';
import { tinyGptOss } from '../../../../tools/models/tiny-gpt-oss';
import { useTempFolder } from '../../../support/temp-folder';

const GIB = 2 ** 30;
const CARD = 'NVIDIA RTX PRO 6000';

function claim(name: string, gib: number, more: Partial<MemoryClaim> = {}): MemoryClaim {
  return {
    path: `/models/${name}.gguf`,
    vramBytes: gib * GIB,
    ramBytes: GIB,
    anonymousBytes: GIB,
    ...more,
  };
}

/** 96 GiB of VRAM and 128 of RAM; the system and other programs have 4 of the RAM. */
function machineWith(claims: MemoryClaim[], unifiedBytes = 0): MachineNow {
  const held = (what: 'vramBytes' | 'anonymousBytes') => claims.reduce((sum, each) => sum + each[what], 0);
  return {
    facts: {
      gpu: 'cuda',
      deviceNames: [CARD],
      vramTotalBytes: 96 * GIB,
      vramUsedBytes: held('vramBytes'),
      ...(unifiedBytes > 0 && { unifiedBytes }),
      ramTotalBytes: 128 * GIB,
    },
    ram: {
      totalBytes: 128 * GIB,
      usedBytes: 4 * GIB + held('anonymousBytes') + (unifiedBytes > 0 ? held('vramBytes') : 0),
    },
    claims,
  };
}

describe('PlanModelCommand', () => {
  const at = useTempFolder();
  let runs: MeasuredRun[] = [];
  let reads: boolean[] = [];
  let driver: string | undefined;
  let tryLoad: TryLoad;
  let tried: DryRunParams[] = [];
  let logged: string[] = [];
  beforeEach(() => {
    [runs, reads, driver, tried, logged] = [[], [], undefined, [], []];
  });

  const plan = (params: Partial<PlanParams>, now = machineWith([])): Promise<PlanResult> =>
    new PlanModelCommand({
      readMachine: (isFresh) => {
        reads.push(isFresh);
        return Promise.resolve(now);
      },
      measured: { match: (wanted) => matchRun(runs, wanted) },
      readDriver: () => Promise.resolve(driver),
      dryRuns: { with: (_, use) => use(tryLoad) },
      log: (line) => logged.push(line),
    }).run({ model: 'gpt-oss-120b', wishes: { context: 8_192 }, ...params });
  const used = ({ machine }: PlanResult) =>
    [machine.gpus[0]?.usedBytes, machine.ramUsedBytes].map((bytes) => (bytes ?? 0) / GIB);
  const inMemory = ({ findings }: PlanResult) => findings.find(({ id }) => id === 'models-in-memory');

  describe('and models in memory', () => {
    it('counts those that stay as used, and names those that would have to go', async () => {
      const stays = claim('pinned', 12, { stays: true });
      const result = await plan({}, machineWith([stays, claim('old', 30, { usedAt: 1 }), claim('new', 2, { usedAt: 2 })])); // prettier-ignore
      assert.deepEqual(used(result), [12, 5]);
      const found = inMemory(result);
      assert.equal(found?.severity, 'warning');
      assert.deepEqual(found.evidence, [
        'old (31.0 GiB) would have to be unloaded for it.',
        'Beside pinned (13.0 GiB), which stays: it is pinned or busy.',
      ]);
    });

    it('says nothing of those that have room, and of the model that is planned', async () => {
      const small = await plan({}, machineWith([claim('small', 8)]));
      assert.equal(inMemory(small), undefined);
      const path = join(at(), 'tiny.gguf');
      writeFileSync(path, tinyGptOss());
      const own = await plan({ model: path }, machineWith([claim('x', 90, { path, stays: true })]));
      assert.deepEqual([used(own), inMemory(own)], [[0, 4], undefined]);
    });

    it('counts them once where memory is shared', async () => {
      const now = machineWith(
        [claim('pinned', 12, { stays: true }), claim('loose', 20, { ramBytes: 35 * GIB })],
        96 * GIB,
      );
      const result = await plan({}, now);
      assert.deepEqual([used(result), result.machine.isUnified], [[12, 17], true]);
      assert.match(inMemory(result)?.evidence[0] ?? '', /^loose \(55\.0 GiB\) would have to be unloaded/);
    });

    it('says where the GPUs are known only together, and not where they were told apart', async () => {
      const two = machineWith([]);
      two.facts = { ...two.facts, deviceNames: ['A', 'B'] };
      const ids = async (params: Partial<PlanParams>): Promise<string[]> =>
        (await plan(params, two)).findings.map(({ id }) => id);
      assert.deepEqual(await ids({}), ['gpu-sizes']);
      const gpus = ['A', 'B'].map((name) => ({ name, vramBytes: 48 * GIB, usedBytes: 0 }));
      assert.deepEqual(await ids({ machine: { gpus } }), []);
    });

    it('counts them on a machine that somebody has looked at, without another look at its GPUs', async () => {
      const gpus = [{ name: CARD, vramBytes: 96 * GIB, usedBytes: 2 * GIB }];
      const machine = { gpus, ramBytes: 128 * GIB, ramUsedBytes: 6 * GIB, isHere: true };
      const now = machineWith([claim('pinned', 12, { stays: true })]);
      assert.deepEqual(used(await plan({ machine }, now)), [14, 7]);
      assert.deepEqual(reads, [false]);
      const typed = await plan({ machine: { gpus, ramBytes: 128 * GIB } }, now);
      assert.deepEqual([used(typed), inMemory(typed)], [[2, 0], undefined]);
      assert.deepEqual(reads, [false]);
    });
  });

  describe('and what loads took', () => {
    const ran = async (more: Partial<RunKey> = {}): Promise<string> => {
      const path = join(at(), 'tiny.gguf');
      writeFileSync(path, tinyGptOss());
      const key: RunKey = {
        file: await modelFileKey(path),
        gpu: 'cuda',
        devices: [CARD],
        gpuLayers: 5,
        context: 8_192,
        sequences: 1,
        batch: 512,
        kvType: 'f16',
        flashAttention: true,
        useMmap: true,
        loras: [],
        ...more,
      };
      const placement = { vramBytes: 2, ramBytes: 1 };
      runs = [{ key, at: 1, weights: placement, context: placement, tokensPerSecond: 321 }];
      return path;
    };

    it('has the speed of the same load, and what it took', async () => {
      const result = await plan({ model: await ran() });
      assert.deepEqual(result.measured, { takenBytes: 6, tokensPerSecond: 321 });
      assert.deepEqual([result.plan.speed.tokensPerSecond, result.plan.speed.basis], [321, 'measured']);
    });

    it('has nothing of another driver', async () => {
      const model = await ran({ driver: '580.82.07' });
      assert.equal((await plan({ model })).measured, undefined);
      driver = '580.82.07';
      assert.equal((await plan({ model })).measured?.tokensPerSecond, 321);
      driver = '590.01';
      assert.equal((await plan({ model })).measured, undefined);
    });

    it('has nothing of another device, other settings, or another machine', async () => {
      const nothing = async (params: Partial<PlanParams>): Promise<void> => {
        const { measured, plan: planned } = await plan(params);
        assert.deepEqual([measured, planned.speed.basis], [undefined, 'computed']);
      };
      const model = await ran({ gpu: 'vulkan' });
      await nothing({ model });
      await ran();
      await nothing({ model, wishes: { context: 4_096 } });
      await nothing({ model, wishes: { context: 8_192, loraBytes: 1 } });
      const gpus = [{ name: CARD, vramBytes: 96 * GIB, usedBytes: 0 }];
      await nothing({ model, machine: { gpus } });
      await nothing({ model, machine: { ramBytes: 64e9 } });
      await nothing({ model, machine: { gpus, ramBytes: 64e9 } });
      assert.ok((await plan({ model, machine: { gpus, ramBytes: 64e9, isHere: true } })).measured);
    });
  });

  describe('and the engine’s dry run', () => {
    const file = (): string => {
      const path = join(at(), 'tiny.gguf');
      writeFileSync(path, tinyGptOss());
      return path;
    };
    const figures = { vramBytes: 30 * GIB, ramBytes: GIB };

    it('has the engine’s figures, asked for just what is planned', async () => {
      const model = file();
      tryLoad = (params) => {
        tried.push(params);
        return Promise.resolve({ weights: figures, context: figures });
      };
      const { plan: planned } = await plan({ model, dryRun: true });
      assert.equal(planned.basis, 'simulated');
      // Rounding: each part of the weights for itself.
      assert.ok(Math.abs(planned.weights.vramBytes - figures.vramBytes) < 256);
      const usual = { sequences: 1, batch: 512, kvType: 'f16', flashAttention: true } as const;
      assert.deepEqual(tried, [{ modelPath: model, gpu: 'cuda', gpuLayers: 5, context: 8_192, ...usual }]);
    });

    it('asks again when the figures leave room for less', async () => {
      tryLoad = (params) => {
        tried.push(params);
        const vramBytes = 24 * params.gpuLayers * GIB;
        return Promise.resolve({
          weights: { ...figures, vramBytes },
          context: { ...figures, vramBytes: GIB },
        });
      };
      const { plan: planned } = await plan({ model: file(), dryRun: true });
      assert.deepEqual([planned.basis, planned.verdict, planned.gpuLayers], ['simulated', 'fits-with-layers-in-ram', tried.at(-1)?.gpuLayers]); // prettier-ignore
      assert.ok(tried.length > 1 && planned.freeVramBytes >= 0);
    });

    it('cannot be loaded when the engine says so', async () => {
      const why = 'The engine cannot load tiny.gguf so: missing tensor.';
      tryLoad = () => Promise.reject(new HearthError('model-load-failed', why, 'Choose another file.'));
      const { plan: planned } = await plan({ model: file(), dryRun: true });
      assert.deepEqual([planned.loadable, planned.reason, logged], [false, why, []]);
    });

    it('is as good as without, when the engine does not answer', async () => {
      tryLoad = () => Promise.reject(new HearthError('worker-unresponsive', 'The driver hangs.', 'Wait.'));
      const model = file();
      assert.deepEqual(await plan({ model, dryRun: true }), await plan({ model }));
      assert.deepEqual(logged, [`no dry run of ${model}: The driver hangs.`]);
    });

    it('is not asked for unless it was wanted, for a known name, or for another machine', async () => {
      tryLoad = () => assert.fail('asked');
      const [model, gpus] = [file(), [{ name: CARD, vramBytes: 96 * GIB, usedBytes: 0 }]];
      for (const params of [
        { model },
        { dryRun: true },
        { model, dryRun: true, machine: { gpus, ramBytes: 64e9 } },
      ])
        assert.equal((await plan(params)).plan.basis, 'computed');
      assert.deepEqual(logged, []);
    });
  });
});
