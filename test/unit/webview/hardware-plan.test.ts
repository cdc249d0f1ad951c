/** What the panel makes of a plan: rows, bars, words. */
import assert from 'node:assert/strict';
import { answerPlan, knownShape } from '../../../src/planner/answer-plan';
import type { PlanMachine, PlanResult, Wishes } from '../../../src/shared/protocol/plan';
import { planPools } from '../../../webview/hardware/plan-pools';
import { planRows, type PlanRow } from '../../../webview/hardware/plan-rows';
import { gainText, layersText } from '../../../webview/hardware/plan-words';
import { machineOf, machineWithGpus, planResult } from '../../support/hardware-samples';

const GIB = 2 ** 30;

function planOf(model: string, machine: PlanMachine, wishes: Partial<Wishes> = {}, beside: string[] = []) {
  const models = {
    model: knownShape(model)!,
    beside: beside.map((name) => ({ shape: knownShape(name)!, role: 'chat' as const })),
  };
  return answerPlan({ ...models, draft: undefined }, machine, { model, wishes, beside });
}

function names(result: PlanResult): string[] {
  return planRows(result).map(({ name }) => name);
}

function sum(rows: readonly PlanRow[], place: 'vramBytes' | 'ramBytes'): number {
  return rows.reduce((all, row) => all + row[place], 0);
}

function near(actual: number | undefined, expected: number, what: string): void {
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1, `${what}: ${actual} is not ${expected}`);
}

describe('the table of a plan', () => {
  it('says what each part takes, and leaves out what takes nothing', () => {
    assert.deepEqual(names(planResult(machineOf(98e9, 132e9))), [
      'Attention',
      'Experts',
      'Embeddings',
      'Output',
      'KV cache',
      'Compute buffers',
      'Inline edits',
      'Driver and process',
      'In all',
      'Left over',
    ]);
    const dense = names(planOf('qwen3-8b', machineOf(24e9, 64e9), { loraBytes: 1e8 }));
    assert.deepEqual(dense.slice(0, 2), ['Attention', 'Feed-forward']);
    assert.ok(dense.includes('LoRA adapters') && !dense.includes('Experts'));
  });

  it('adds up to the totals, wherever the layers lie', () => {
    const results = [
      planResult(machineOf(98e9, 132e9)),
      planResult(machineOf(40e9, 132e9), { gpuLayers: 37, expertLayersInRam: 20, loraBytes: 1e8 }),
      planResult(machineOf(0, 132e9)),
      planResult(machineWithGpus([48, 24], 64e9), { gpuLayers: 37 }),
      planOf('qwen3-8b', machineOf(4e9, 64e9)),
    ];
    for (const result of results) {
      const rows = planRows(result);
      const [total, parts] = [rows.at(-2)!, rows.slice(0, -2)];
      near(sum(parts, 'vramBytes'), total.vramBytes, 'VRAM');
      near(sum(parts, 'ramBytes'), total.ramBytes, 'RAM');
      near(total.vramBytes, result.plan.totalVramBytes, 'All VRAM');
      near(total.ramBytes, result.plan.totalRamBytes, 'All RAM');
      assert.ok(parts.every(({ vramBytes, ramBytes }) => vramBytes >= 0 && ramBytes >= 0));
    }
  });

  it('gives compute buffers to the place that computes', () => {
    const result = planResult(machineOf(98e9, 132e9));
    const row = planRows(result).find(({ name }) => name === 'Compute buffers')!;
    assert.equal(row.vramBytes, result.plan.gpus[0]!.computeBytes);
    assert.equal(row.vramBytes + row.ramBytes, result.plan.computeBytes);
  });

  it('shows what is left over on the tightest GPU, not on all of them', () => {
    const result = planResult(machineWithGpus([48, 24], 64e9), { gpuLayers: 37 });
    const free = result.plan.gpus.map(({ freeBytes }) => freeBytes);
    const left = planRows(result).at(-1)!;
    assert.equal(left.name, 'Left over (VRAM: tightest GPU)');
    assert.equal(left.vramBytes, Math.min(...free));
    assert.notEqual(left.vramBytes, result.plan.freeVramBytes);
  });
});

describe('the bars of a plan', () => {
  const shown = (result: PlanResult) => planPools(result).map(({ name }) => name);

  it('add up to what the plan takes', () => {
    const result = planResult(machineOf(98e9, 132e9));
    const [vram, ram] = planPools(result);
    near(vram?.pool.usedBytes, result.plan.totalVramBytes, 'VRAM');
    near(ram?.pool.usedBytes, result.plan.totalRamBytes, 'RAM');
    assert.deepEqual(
      vram!.pool.parts.map(({ use }) => use),
      ['weights', 'kv', 'compute', 'small', 'process'],
    );
    const kv = vram!.pool.parts.find(({ use }) => use === 'kv');
    assert.equal(kv?.bytes, result.plan.kv.vramBytes);
  });

  it('are one a GPU, by their names, and only RAM without one', () => {
    const result = planResult(machineWithGpus([48, 24], 64e9), { gpuLayers: 37 });
    assert.deepEqual(shown(result), ['GPU 1', 'GPU 2', 'RAM']);
    for (const [index, gpu] of result.plan.gpus.entries()) {
      const { totalBytes, usedBytes } = planPools(result)[index]!.pool;
      near(totalBytes - (usedBytes ?? 0), gpu.freeBytes, gpu.name);
    }
    assert.deepEqual(shown(planResult(machineOf(0, 132e9))), ['RAM']);
    assert.deepEqual(shown(planResult(machineOf(98e9, 132e9))), ['VRAM', 'RAM']);
  });

  it('count GPUs of the same kind', () => {
    const card = { name: 'RTX 4090', vramBytes: 24 * GIB, usedBytes: 0 };
    const machine = { gpus: [card, { ...card, name: 'RTX 3090' }, card], ramBytes: 64e9, ramUsedBytes: 0 };
    assert.deepEqual(shown(planResult(machine)), ['RTX 4090 (1)', 'RTX 3090', 'RTX 4090 (2)', 'RAM']);
  });

  it('tell a model beside it from other programs', () => {
    const machine = { ...machineOf(98e9, 132e9), ramUsedBytes: 3 * GIB };
    machine.gpus[0]!.usedBytes = 2 * GIB;
    const result = planOf('gpt-oss-20b', machine, {}, ['qwen3-8b']);
    const [vram, ram] = planPools(result);
    const bytes = (pool: typeof vram, use: string) =>
      pool?.pool.parts.find((part) => part.use === use)?.bytes;
    assert.equal(bytes(vram, 'other'), 2 * GIB);
    assert.equal(bytes(ram, 'other'), 3 * GIB);
    near(bytes(vram, 'beside'), result.beside[0]!.plan.totalVramBytes, 'Beside, VRAM');
    near(bytes(ram, 'beside'), result.beside[0]!.plan.totalRamBytes, 'Beside, RAM');
  });
});

describe('a plan in words', () => {
  it('says what an alternative buys in context, where it buys any', () => {
    const { alternatives } = planResult(machineOf(62 * GIB, 64e9));
    const other = alternatives.find(({ maxContext }) => maxContext > 0 && maxContext < 131_072)!;
    assert.match(gainText(other), /^about \d+ tok\/s, up to \d{2,3},\d{3} tokens$/);
    assert.match(gainText({ ...other, maxContext: 0 }), /^about \d+ tok\/s$/);
  });

  it('says how several GPUs share the layers', () => {
    const { plan } = planResult(machineWithGpus([48, 24], 64e9), { gpuLayers: 37 });
    assert.equal(layersText(plan), '37 of 37 (25 + 12)');
    assert.equal(layersText(planResult(machineOf(98e9, 132e9)).plan), '37 of 37');
  });
});
