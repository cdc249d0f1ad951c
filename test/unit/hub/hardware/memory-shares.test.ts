import assert from 'node:assert/strict';
import { gpuPools, ramPool } from '../../../../src/hub/hardware/memory-shares';
import type { NvidiaGpu } from '../../../../src/hub/hardware/nvidia-smi';
import type { MemoryPart } from '../../../../src/shared/protocol/hardware';
import type { PlannedUse, ResidentModel } from '../../../../src/shared/protocol/models';
import type { GpuUsed } from '../../../../src/shared/protocol/worker';

const GIB = 2 ** 30;
const SYSTEM = { totalBytes: 128 * GIB, usedBytes: 20 * GIB, swap: undefined };

function model(
  path: string,
  gpu: GpuUsed,
  [vw, vc, rw, rc]: [number, number, number, number],
): ResidentModel {
  return {
    path,
    name: path,
    status: { kind: 'ready' },
    activity: { kind: 'idle' },
    loras: [],
    memory: {
      vramUsedBytes: 70 * GIB,
      vramTotalBytes: 96 * GIB,
      ramUsedBytes: 0,
      ramTotalBytes: 0,
      evaluatedTokens: 0,
    },
    loaded: {
      gpu,
      deviceNames: gpu === 'cpu' ? [] : ['Card'],
      gpuLayers: 37,
      totalLayers: 37,
      contextSize: 1,
      trainContextSize: 1,
      sequences: 1,
      threads: 1,
      flashAttention: true,
      weights: { vramBytes: vw * GIB, ramBytes: rw * GIB },
      context: { vramBytes: vc * GIB, ramBytes: rc * GIB },
      promptFormat: 'harmony',
      loadMs: 1,
      warnings: [],
    },
  };
}

function card(totalGib: number, usedGib: number): NvidiaGpu {
  return {
    name: 'Card',
    totalBytes: totalGib * GIB,
    usedBytes: usedGib * GIB,
    utilization: 0.5,
    driver: '1',
  };
}

const inGib = (parts: readonly { use: string; bytes: number; modelPath?: string }[]) =>
  parts.map(({ use, bytes, modelPath }) => [use, modelPath, bytes / GIB]);

describe('what a GPU holds', () => {
  it('is weights and context by model, and the rest is of others', () => {
    const [gpu] = gpuPools([card(96, 70)], [model('a', 'cuda', [58, 6, 1, 0])], undefined);
    assert.deepEqual(inGib(gpu!.memory.parts), [
      ['weights', 'a', 58],
      ['context', 'a', 6],
      ['other', undefined, 6],
    ]);
    assert.equal(gpu?.utilization, 0.5);
  });

  it('is never less than what a model has just taken', () => {
    const [gpu] = gpuPools([card(96, 1)], [model('a', 'cuda', [58, 6, 0, 0])], undefined);
    assert.equal(gpu!.memory.usedBytes, 64 * GIB);
    assert.equal(gpu!.memory.parts.length, 2);
  });

  it('is split over cards by their size', () => {
    const gpus = gpuPools([card(72, 60), card(24, 20)], [model('a', 'cuda', [40, 8, 0, 0])], undefined);
    assert.deepEqual(
      gpus.map(({ memory }) => memory.parts[0]!.bytes / GIB),
      [30, 10],
    );
  });

  it('comes from the model’s process where there is no tool', () => {
    const gpus = gpuPools(
      [],
      [model('a', 'vulkan', [10, 2, 0, 0]), model('b', 'vulkan', [3, 1, 0, 0])],
      undefined,
    );
    assert.equal(gpus.length, 1);
    assert.deepEqual([gpus[0]?.name, gpus[0]?.memory.totalBytes], ['Card', 96 * GIB]);
    assert.deepEqual(inGib(gpus[0]!.memory.parts).at(-1), ['other', undefined, 54]);
  });

  it('is unknown while no model is loaded, but its size is not', () => {
    const machine = {
      gpu: 'vulkan' as const,
      deviceNames: ['X'],
      vramTotalBytes: 8 * GIB,
      ramTotalBytes: GIB,
    };
    assert.deepEqual(gpuPools([], [], machine), [{ name: 'X', memory: { totalBytes: 8 * GIB, parts: [] } }]);
    const [both] = gpuPools([], [], { ...machine, deviceNames: ['X', 'Y'] });
    assert.deepEqual([both?.name, both?.devices], ['X, Y', 2], 'several, of which only the sum is known');
    assert.deepEqual(gpuPools([], [model('a', 'cpu', [0, 0, 1, 1])], undefined), []);
  });
});

describe('what RAM holds', () => {
  it('counts mapped weights besides what the system calls used', () => {
    const process = { anonymousBytes: 4 * GIB, fileBytes: 60 * GIB };
    const ram = ramPool(SYSTEM, [model('a', 'cpu', [0, 0, 59, 3])], new Map([['a', process]]));
    assert.equal(ram.usedBytes, 79 * GIB);
    assert.deepEqual(inGib(ram.parts), [
      ['weights', 'a', 59],
      ['context', 'a', 3],
      ['other', undefined, 17],
    ]);
  });

  it('counts only what is really there: weights are paged in as they are used', () => {
    const process = { anonymousBytes: 4 * GIB, fileBytes: 10 * GIB };
    const ram = ramPool(SYSTEM, [model('a', 'cpu', [0, 0, 59, 3])], new Map([['a', process]]));
    assert.deepEqual(inGib(ram.parts)[0], ['weights', 'a', 11]);
  });

  it('takes a model’s own figures where the system does not tell', () => {
    const ram = ramPool(SYSTEM, [model('a', 'cpu', [0, 0, 59, 3])], new Map());
    assert.equal(ram.usedBytes, 62 * GIB);
    assert.equal(ram.parts.length, 2);
  });

  it('always adds up', () => {
    const process = { anonymousBytes: 30 * GIB, fileBytes: 200 * GIB };
    const ram = ramPool(SYSTEM, [model('a', 'cpu', [0, 0, 190, 3])], new Map([['a', process]]));
    assert.ok(ram.usedBytes <= ram.totalBytes);
  });
});

describe('a model’s context', () => {
  const planned = (kv: number): PlannedUse => ({
    totalVramBytes: 0,
    totalRamBytes: 0,
    weights: { vramBytes: 0, ramBytes: 0 },
    kvBytes: kv * GIB,
    computeBytes: 0,
    smallContext: { vramBytes: 0, ramBytes: 0 },
    basis: 'computed',
  });
  const kvOf = ({ memory }: { memory: { parts: MemoryPart[] } }) =>
    memory.parts.map(({ use, kvBytes }) => [use, kvBytes === undefined ? undefined : kvBytes / GIB]);

  it('is KV cache as far as that was computed, and never more than there is', () => {
    const full = model('a', 'cuda', [58, 6, 1, 1]);
    const gpu = (kv: number) => gpuPools([card(96, 65)], [{ ...full, planned: planned(kv) }], undefined)[0]!;
    assert.deepEqual(kvOf(gpu(4.5)), [['weights', undefined], ['context', 4.5], ['other', undefined]]); // prettier-ignore
    assert.deepEqual(kvOf(gpu(9))[1], ['context', 6]);
  });

  it('is told as a whole where nobody has computed it', () => {
    const [gpu] = gpuPools([card(96, 64)], [model('a', 'cuda', [58, 6, 1, 0])], undefined);
    assert.deepEqual(kvOf(gpu!)[1], ['context', undefined]);
  });

  it('has its KV cache where its layers are', () => {
    const half = model('a', 'cuda', [30, 5, 30, 5]);
    const loaded = { ...half.loaded!, gpuLayers: 19, totalLayers: 37 };
    const models = [{ ...half, loaded, planned: planned(8) }];
    const [gpu] = gpuPools([card(96, 40)], models, undefined);
    const ram = ramPool(SYSTEM, models, new Map());
    assert.deepEqual([kvOf(gpu!)[1], kvOf({ memory: ram })[1]], [['context', 4], ['context', 4]]); // prettier-ignore
    // Of the GPU's share only 1 GiB has room there; the rest can only be in RAM.
    const tight = [{ ...models[0]!, loaded: { ...loaded, context: { vramBytes: GIB, ramBytes: 9 * GIB } } }];
    assert.deepEqual(kvOf(gpuPools([card(96, 40)], tight, undefined)[0]!)[1], ['context', 1]);
    assert.deepEqual(kvOf({ memory: ramPool(SYSTEM, tight, new Map()) })[1], ['context', 7]);
  });

  it('is in RAM without a GPU, and split over cards as the model is', () => {
    const onCpu = { ...model('a', 'cpu', [0, 0, 59, 3]), planned: planned(2) };
    assert.deepEqual(kvOf({ memory: ramPool(SYSTEM, [onCpu], new Map()) })[1], ['context', 2]);
    const onTwo = { ...model('a', 'cuda', [40, 8, 0, 0]), planned: planned(6) };
    const gpus = gpuPools([card(72, 60), card(24, 20)], [onTwo], undefined);
    assert.deepEqual(gpus.map((gpu) => kvOf(gpu)[1]), [['context', 4.5], ['context', 1.5]]); // prettier-ignore
  });
});
