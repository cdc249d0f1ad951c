import assert from 'node:assert/strict';
import { answerPlan, knownShape } from '../../../src/planner/answer-plan';
import { computeBytes } from '../../../src/planner/compute-buffers';
import { GPT_OSS, gptOssHeader } from '../../../src/planner/gpt-oss';
import { kvBytes } from '../../../src/planner/kv-cache';
import { modelShape, weightBytes } from '../../../src/planner/model-shape';
import { maxContext, planModel } from '../../../src/planner/plan';
import { DEFAULT_WISHES } from '../../../src/planner/wishes';
import type { PlanMachine, PlanParams, Wishes } from '../../../src/shared/protocol/plan';
import { parseBeside } from '../../../src/shared/util/beside-model';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const shapeOf = (name: string) => modelShape(name, gptOssHeader(GPT_OSS[name]!));
const large = shapeOf('gpt-oss-120b');
const small = shapeOf('gpt-oss-20b');
const at = (context: number, more: Partial<Wishes> = {}): Wishes => ({ ...DEFAULT_WISHES, context, ...more });
const besideShape = (text: string) => {
  const { model, role } = parseBeside(text);
  return { shape: knownShape(model)!, role };
};
const machine = (vram: number[], ram: number): PlanMachine => ({
  gpus: vram.map((bytes, index) => ({ name: `GPU ${index}`, vramBytes: bytes, usedBytes: 0 })),
  ramBytes: ram,
  ramUsedBytes: 0,
});

function within(actual: number, expected: number, share: number): void {
  assert.ok(
    Math.abs(actual - expected) <= expected * share,
    `${actual} is not within ${share * 100} % of ${expected}`,
  );
}

describe('gpt-oss', () => {
  it('has the weights of its files', () => {
    assert.equal(gptOssHeader(GPT_OSS['gpt-oss-120b']!).tensors.length, 687);
    within(weightBytes(large), 59.022 * GIB, 0.001);
    within(weightBytes(small), 11.266 * GIB, 0.001);
    within(large.embeddingBytes, 0.573 * GIB, 0.001);
    // 1,613.7 MiB of matrices and 4.2 MiB of biases.
    within(large.layers[0]!.expertBytes, 1_617.9 * MIB, 0.001);
    within(large.layers[0]!.otherBytes, 28.4 * MIB, 0.002);
  });

  it('has a cache of whole contexts and of sliding windows', () => {
    const full = (context: number) => (context * 36_864) / MIB;
    for (const context of [8_192, 32_768, 131_072]) {
      assert.equal(kvBytes(large, at(context)) / MIB, full(context) + 27);
    }
    assert.equal(kvBytes(small, at(8_192)) / MIB, (8_192 * 24_576) / MIB + 18);
    assert.equal(kvBytes(large, at(8_192, { sequences: 3 })), 3 * kvBytes(large, at(8_192)));
    within(kvBytes(large, at(8_192, { kvType: 'q8_0' })), 0.531 * kvBytes(large, at(8_192)), 0.001);
  });

  it('needs the context memory that the engine reports', () => {
    const context = (wishes: Wishes) => (kvBytes(large, wishes) + computeBytes(large, wishes)) / GIB;
    within(context(at(8_192)), 0.73, 0.035);
    within(context(at(131_072)), 4.93, 0.02);
    within(context(at(131_072, { batch: 2_048 })), 6.18, 0.02);
    within(context(at(131_072, { flashAttention: false })), 20.8, 0.02);
  });
});

describe('planModel', () => {
  it('puts all of gpt-oss-120b on the mission’s machine, at full context', () => {
    const plan = planModel(large, machine([97_887 * MIB], 132e9), at(131_072));
    assert.deepEqual([plan.verdict, plan.loadable, plan.gpuLayers], ['fits', true, 37]);
    within(plan.weights.vramBytes, 58.449 * GIB, 0.001);
    within(plan.totalVramBytes, 64 * GIB, 0.02);
    assert.ok(plan.freeVramBytes > 25 * GIB);
  });

  it('puts as many layers on a smaller card as fit, and says so', () => {
    const plan = planModel(large, machine([24 * GIB], 128 * GIB), at(8_192));
    assert.equal(plan.verdict, 'fits-with-layers-in-ram');
    assert.ok(plan.gpuLayers > 10 && plan.gpuLayers < 17, String(plan.gpuLayers));
    assert.ok(plan.freeVramBytes >= 0);
    const one = planModel(
      large,
      machine([24 * GIB], 128 * GIB),
      at(8_192, { gpuLayers: plan.gpuLayers + 1 }),
    );
    assert.equal(one.verdict, 'does-not-fit');
  });

  it('counts the experts of layers that stay in RAM', () => {
    for (const layers of [0, 20, 26, 36]) {
      const plan = planModel(
        large,
        machine([96 * GIB], 128 * GIB),
        at(8_192, { gpuLayers: 37, expertLayersInRam: layers }),
      );
      within(plan.weights.vramBytes / GIB, 1.57 + 1.576 * (36 - layers), 0.01);
      assert.equal(plan.verdict, layers === 0 ? 'fits' : 'fits-with-experts-in-ram');
    }
  });

  it('says when nothing helps', () => {
    const plan = planModel(large, machine([8 * GIB], 16 * GIB), at(8_192));
    assert.deepEqual([plan.verdict, plan.loadable], ['does-not-fit', false]);
    assert.match(plan.reason, /lacks .* of RAM/);
  });

  it('finds the largest context', () => {
    assert.equal(maxContext(large, machine([97_887 * MIB], 132e9), at(8_192)), 131_072);
    const most = maxContext(large, machine([62 * GIB], 132e9), at(8_192));
    assert.ok(most > 8_192 && most < 131_072, String(most));
    const fits = (context: number) =>
      planModel(large, machine([62 * GIB], 132e9), at(context)).gpuLayers === 37;
    assert.deepEqual([fits(most), fits(most + 256)], [true, false]);
    assert.equal(maxContext(large, machine([], 8 * GIB), at(8_192)), 0);
  });

  it('splits layers over several GPUs by what is free on each, and each must hold its own', () => {
    const host = machine([48 * GIB, 24 * GIB], 64 * GIB);
    const plan = planModel(large, host, at(8_192));
    assert.deepEqual([plan.verdict, plan.gpus.map(({ layers }) => layers)], ['fits', [25, 12]]);
    const busy = { ...host, gpus: [host.gpus[0]!, { ...host.gpus[1]!, usedBytes: 20 * GIB }] };
    const less = planModel(large, busy, at(8_192));
    assert.equal(less.verdict, 'fits-with-layers-in-ram');
    assert.ok(less.gpus.every(({ freeBytes }) => freeBytes >= 0));
    // In all there would be room, but not on the second one.
    const lopsided = machine([12 * GIB, 1 * GIB], 64 * GIB);
    const forced = planModel(small, lopsided, at(8_192, { gpuLayers: 25 }));
    assert.equal(forced.verdict, 'does-not-fit');
    assert.match(forced.reason, /lacks .* of GPU 1/);
  });

  it('counts the context of small jobs, short and for one at a time, beside that of the chats', () => {
    const host = machine([96 * GIB], 64 * GIB);
    const plan = (more: Partial<Wishes>) => planModel(large, host, at(131_072, { sequences: 2, ...more }));
    const [beside, alone] = [plan({}), plan({ smallContext: false })];
    const own = kvBytes(large, at(8_192)) + computeBytes(large, at(8_192));
    assert.deepEqual([beside.smallContext.vramBytes, alone.smallContext.vramBytes], [own, 0]);
    assert.equal(beside.totalVramBytes - alone.totalVramBytes, own);
    assert.equal(beside.totalRamBytes - alone.totalRamBytes, beside.smallContext.ramBytes);
    assert.deepEqual([beside.kvBytes, beside.computeBytes], [alone.kvBytes, alone.computeBytes]);
    // Of a shorter context it is as short, and it lies where the layers lie.
    const onCpu = planModel(large, machine([], 128 * GIB), at(2_048));
    assert.equal(onCpu.smallContext.vramBytes, 0);
    assert.ok(onCpu.smallContext.ramBytes > kvBytes(large, at(2_048)));
    assert.ok(onCpu.smallContext.ramBytes < kvBytes(large, at(8_192)));
  });

  it('counts of a buffer in RAM what is ever written: not the logits that nobody asks for', () => {
    const vocabulary = large.vocabularySize * 4;
    const onCpu = (more: Partial<Wishes> = {}) => planModel(large, machine([], 128 * GIB), at(8_192, more));
    assert.equal(onCpu().computeBytes, computeBytes(large, at(8_192)), 'what the engine reserves');
    assert.ok(onCpu().ramComputeBytes < onCpu().computeBytes - 400 * vocabulary);
    // A copy of the scores in 16 bits, outside the buffer, and holes that its smaller forms left.
    const scores = 512 * 8_192 * 64 * 2;
    const slow = onCpu({ flashAttention: false });
    assert.equal(slow.ramComputeBytes - slow.computeBytes, scores + 48 * MIB);
    const onGpu = planModel(large, machine([96 * GIB], 128 * GIB), at(8_192));
    assert.equal(onGpu.ramComputeBytes, onGpu.computeBytes - onGpu.gpus[0]!.computeBytes);
  });

  it('counts adapters where their layers lie', () => {
    const host = machine([96 * GIB], 64 * GIB);
    const [without, laid] = [0, GIB].map((loraBytes) => planModel(large, host, at(8_192, { loraBytes })));
    within(laid!.totalVramBytes - without!.totalVramBytes, GIB, 1e-6);
  });
});

describe('unified memory', () => {
  // Of a 64 GB Mac the GPU may use 48.
  const gpus = [{ name: 'GPU', vramBytes: 48 * GIB, usedBytes: 0 }];
  const mac: PlanMachine = { gpus, ramBytes: 64 * GIB, ramUsedBytes: 4 * GIB, isUnified: true };

  it('is there once, however it is divided', () => {
    assert.equal(
      planModel(large, { ...mac, isUnified: false }, at(8_192)).verdict,
      'fits-with-layers-in-ram',
    );
    const plan = planModel(large, mac, at(65_536));
    assert.equal(plan.verdict, 'does-not-fit');
    assert.match(plan.reason, /^It lacks [\d.]+ [MG]iB of RAM\.$/);
    const fits = planModel(small, mac, at(8_192));
    assert.equal(fits.verdict, 'fits');
    within(fits.freeRamBytes, 60 * GIB - fits.totalRamBytes - fits.totalVramBytes, 1e-9);
  });

  it('is that of cards that have none of their own', () => {
    const on = (name: string) => planModel(large, { ...mac, gpus: [{ ...gpus[0]!, name }], isUnified: undefined as never }, at(65_536)).verdict; // prettier-ignore
    for (const name of ['Apple M4 Max', 'Apple M2', 'NVIDIA GB10', 'AMD Radeon 8060S']) assert.equal(on(name), 'does-not-fit', name); // prettier-ignore
    assert.equal(on('RTX 6000 Ada'), 'fits-with-layers-in-ram');
  });

  it('is taken by a model beside as well, and cannot be bought', () => {
    const beside = (name: string) => ({ model: small, beside: [besideShape(name)], draft: undefined });
    const tight = { ...mac, ramBytes: 24 * GIB };
    const params = { model: 'gpt-oss-20b', wishes: { context: 8_192 } };
    const result = answerPlan(beside('qwen3-14b'), tight, params);
    assert.equal(result.beside[0]?.plan.verdict, 'fits');
    assert.equal(result.plan.verdict, 'does-not-fit');
    assert.ok(result.alternatives.every((other) => other.machine === undefined));
  });
});

describe('answerPlan', () => {
  const host = machine([97_887 * MIB], 132e9);
  const answer = (params: Partial<PlanParams>) =>
    answerPlan({ model: large, beside: (params.beside ?? []).map(besideShape), draft: undefined }, host, {
      model: 'gpt-oss-120b',
      ...params,
    });

  it('takes what the models beside need from what is free', () => {
    const alone = answer({ wishes: { context: 65_536 } });
    const both = answer({ wishes: { context: 65_536 }, beside: ['gpt-oss-20b'] });
    const [beside] = both.beside;
    assert.equal(both.plan.verdict, 'fits');
    within(alone.plan.freeVramBytes - both.plan.freeVramBytes, beside!.plan.totalVramBytes, 1e-6);
    const tooMany = answer({ beside: ['qwen3-235b-a22b', 'qwen3-235b-a22b'] });
    assert.deepEqual([tooMany.plan.verdict, tooMany.plan.loadable], ['does-not-fit', false]);
    assert.match(tooMany.plan.reason, /qwen3-235b-a22b, which is to be in memory as well/);
  });

  it('loads the models beside for what each is for', () => {
    const [chat, completion, embedding] = ['', 'completion:', 'embedding:'].map(
      (role) => answer({ beside: [`${role}qwen3-0.6b`] }).beside[0]!,
    );
    const named = [chat, completion, embedding].map((beside) => [beside?.role, beside?.plan.context]);
    assert.deepEqual(named, [['chat', 8_192], ['completion', 8_192], ['embedding', 512]]); // prettier-ignore
    assert.ok(chat!.plan.smallContext.vramBytes > 0, 'a chat has edits beside it');
    assert.equal(completion!.plan.smallContext.vramBytes, 0);
    assert.equal(embedding!.plan.kvBytes * 16, completion!.plan.kvBytes);
    const both = answer({ beside: ['completion:qwen2.5-coder-1.5b', 'embedding:qwen3-0.6b'] });
    assert.equal(both.plan.verdict, 'fits');
    assert.ok(both.plan.freeVramBytes < answer({ beside: ['embedding:qwen3-0.6b'] }).plan.freeVramBytes);
  });

  it('chooses a context in which the model and its draft both fit', () => {
    const draft = knownShape('qwen3-0.6b')!;
    // Alone it would have a context that leaves nothing for a draft.
    const tight = machine([64 * GIB], 132e9);
    const models = { model: large, beside: [], draft };
    const { plan, beside, maxContext: most } = answerPlan(models, tight, { model: 'gpt-oss-120b' });
    assert.deepEqual([plan.verdict, beside[0]?.plan.verdict], ['fits', 'fits']);
    assert.deepEqual([plan.loadable, plan.reason], [false, 'It fits, but Hearth does not let qwen3-0.6b draft yet; it loads without it.']); // prettier-ignore
    assert.equal(plan.context, most);
    assert.equal(beside[0]?.plan.context, most);
    assert.ok(most < maxContext(large, tight, at(8_192)));
    const wishes = { context: most + 256 };
    assert.notEqual(answerPlan(models, tight, { model: 'gpt-oss-120b', wishes }).plan.verdict, 'fits');
  });

  it('has the place of every layer', () => {
    const { layers, plan } = answer({});
    assert.equal(layers.length, 36);
    const experts = layers.reduce((sum, { expertBytes }) => sum + expertBytes, 0);
    assert.equal(experts, plan.parts.experts.vramBytes);
    assert.ok(layers.every(({ place, expertPlace }) => place === 0 && expertPlace === 0));
  });
});
