/** The hardware panel's arithmetic: bars, maps, lines, fields. */
import assert from 'node:assert/strict';
import type { PlanQuestion } from '../../../src/shared/protocol/hardware-view';
import { parseGpus } from '../../../src/planner/machine';
import type { PlanMachine, Wishes } from '../../../src/shared/protocol/plan';
import { reduceHardware, type HardwareState } from '../../../webview/hardware/hardware-store';
import {
  mapText,
  placedByCount,
  placedByPlan,
  placementMap,
  type Place,
  type PlacedModel,
} from '../../../webview/hardware/map-geometry';
import { barLabel, byUse, drawnPool, memoryBar } from '../../../webview/hardware/memory-segments';
import {
  formOf,
  machineKind,
  questionOf,
  readCount,
  readModels,
  takenQuestion,
} from '../../../webview/hardware/plan-form';
import { sparklinePoints } from '../../../webview/hardware/sparkline-points';
import { hardwareSnapshot, machineOf, machineWithGpus, planResult } from '../../support/hardware-samples';

const GIB = 2 ** 30;

describe('a memory bar', () => {
  const { ram } = hardwareSnapshot(
    [],
    [
      ['other', 10],
      ['context', 5, 'a'],
      ['weights', 20, 'a'],
      ['weights', 15, 'b'],
    ],
  );
  const pool = { ...ram, totalBytes: 100 * GIB };

  it('has weights, then context, then the others, end to end', () => {
    const { segments, limit, freeBytes } = memoryBar(pool);
    assert.deepEqual(
      segments.map(({ use, start, length }) => [use, start, length]),
      [
        ['weights', 0, 20],
        ['weights', 20, 15],
        ['context', 35, 5],
        ['other', 40, 10],
      ],
    );
    assert.deepEqual([limit, freeBytes], [100, 50 * GIB]);
  });

  it('is as long as what is wanted, when that is more than there is', () => {
    const { segments, limit, freeBytes } = memoryBar({
      totalBytes: 60 * GIB,
      usedBytes: 80 * GIB,
      parts: [{ use: 'weights', bytes: 80 * GIB }],
    });
    assert.deepEqual([segments[0]?.length, limit, freeBytes], [100, 75, -20 * GIB]);
  });

  it('is empty where nothing is known, and no division fails', () => {
    assert.deepEqual(memoryBar({ totalBytes: 0, parts: [] }), { segments: [], limit: 0, freeBytes: 0 });
  });

  it('has a text', () => {
    assert.equal(
      barLabel('RAM', pool),
      'RAM: 50.0 GiB of 100.0 GiB, Weights 35.0 GiB, KV cache and buffers 5.0 GiB, Other programs 10.0 GiB',
    );
    assert.equal(barLabel('VRAM', { totalBytes: GIB, parts: [] }), 'VRAM: 1.0 GiB, use not known');
    assert.deepEqual(byUse([]), []);
  });

  it('tells the KV cache from the compute buffers, where that is known', () => {
    const { parts } = drawnPool({
      totalBytes: 100,
      usedBytes: 60,
      parts: [
        { use: 'weights', bytes: 30, modelPath: 'a' },
        { use: 'context', bytes: 10, modelPath: 'a', kvBytes: 8 },
        { use: 'context', bytes: 5, modelPath: 'b', kvBytes: 5 },
        { use: 'context', bytes: 7, modelPath: 'c' },
        { use: 'other', bytes: 8 },
      ],
    });
    assert.deepEqual(
      byUse(parts).map(({ use, bytes }) => [use, bytes]),
      [
        ['weights', 30],
        ['kv', 13],
        ['compute', 2],
        ['context', 7],
        ['other', 8],
      ],
    );
    assert.deepEqual(parts[1], { use: 'kv', bytes: 8, modelPath: 'a' });
  });
});

describe('a placement map', () => {
  interface Counts {
    gpuLayers: number;
    hasExperts?: boolean;
    /** Of the first layers on the GPU. */
    expertLayersInRam?: number;
  }
  const model = ({ gpuLayers, hasExperts = true, expertLayersInRam = 0 }: Counts): PlacedModel => {
    const placed = placedByCount(4, gpuLayers, hasExperts);
    let left = expertLayersInRam;
    const layers = placed.layers.map(({ place, expertPlace }) => ({
      place,
      expertPlace: place !== 'ram' && left-- > 0 ? ('ram' as const) : expertPlace,
    }));
    return { ...placed, layers };
  };
  const letters = (placed: PlacedModel) =>
    placementMap(placed)
      .cells.map(({ place }) => (place === 'ram' ? 'r' : 'GHIJ'.charAt(place)))
      .join('');
  const places = (counts: Counts) => letters(model(counts));
  const ofPlan = (vramGib: number[], wishes: Partial<Wishes> = {}) =>
    placedByPlan(planResult(machineWithGpus(vramGib, 132e9), wishes), vramGib.map((_, index) => `GPU ${index + 1}`)); // prettier-ignore

  it('has the embeddings, two cells a layer, and the output', () => {
    const { columns, rowNames, cells } = placementMap(model({ gpuLayers: 3 }));
    assert.deepEqual([columns, rowNames, cells.length], [6, ['Attention', 'Experts'], 10]);
    const dense = model({ gpuLayers: 3, hasExperts: false });
    assert.deepEqual(placementMap(dense).rowNames, ['Attention', 'Feed-forward']);
  });

  it('fills the GPU from the end', () => {
    assert.equal(places({ gpuLayers: 5 }), 'r' + 'GGGGGGGG' + 'G');
    assert.equal(places({ gpuLayers: 3 }), 'r' + 'rrrrGGGG' + 'G');
    assert.equal(places({ gpuLayers: 1 }), 'r' + 'rrrrrrrr' + 'G');
    assert.equal(places({ gpuLayers: 0 }), 'r' + 'rrrrrrrr' + 'r');
    assert.equal(places({ gpuLayers: 5, expertLayersInRam: 2 }), 'r' + 'GrGrGGGG' + 'G');
  });

  it('shows each GPU of a plan by itself, with the output on the last', () => {
    assert.equal(letters(ofPlan([96])), 'r' + 'G'.repeat(72) + 'G');
    const two = letters(ofPlan([48, 48]));
    assert.match(two, /^r(GG)+(HH)+H$/);
    const four = letters(ofPlan([24, 24, 24, 24]));
    assert.match(four, /^r(GG)+(HH)+(II)+(JJ)+J$/);
    assert.match(letters(ofPlan([24, 24], { gpuLayers: 20 })), /^r(rr){17}(GG){10}(HH){9}H$/);
    assert.match(letters(ofPlan([24, 24], { gpuLayers: 37, expertLayersInRam: 20 })), /^r(Gr)+(Hr)(HH)+H$/);
    assert.equal(letters(ofPlan([24, 24], { gpuLayers: 0 })), 'r'.repeat(74));
  });

  it('has a legend of what is told apart', () => {
    const names = (placed: PlacedModel) => placementMap(placed).legend.map(({ name }) => name);
    assert.deepEqual(names(model({ gpuLayers: 0 })), ['GPU', 'RAM']);
    assert.deepEqual(names(ofPlan([96])), ['GPU', 'RAM']);
    assert.deepEqual(names(ofPlan([48, 48])), ['GPU 1', 'GPU 2', 'RAM']);
    assert.deepEqual(names(ofPlan([48, 48], { gpuLayers: 1 })).length, 2, 'Only what is used.');
  });

  it('says the same in a sentence', () => {
    const text = (counts: Counts) => mapText(model(counts));
    assert.equal(text({ gpuLayers: 0 }), 'All 4 layers and the output are in RAM.');
    assert.equal(
      text({ gpuLayers: 5 }),
      'All 4 layers and the output are on the GPU; the embeddings are in RAM.',
    );
    assert.equal(
      text({ gpuLayers: 3 }),
      'Layers 3 to 4 and the output are on the GPU; layers 1 to 2 and the embeddings are in RAM.',
    );
    assert.equal(
      text({ gpuLayers: 1 }),
      'Only the output is on the GPU; layers 1 to 4 and the embeddings are in RAM.',
    );
    assert.equal(
      text({ gpuLayers: 5, expertLayersInRam: 2 }),
      'All 4 layers and the output are on the GPU; the embeddings, and the experts of layers 1 to 2 are in RAM.',
    );
  });

  it('says of several GPUs what each has', () => {
    const two = { ...model({ gpuLayers: 0 }), gpus: ['GPU 1', 'GPU 2'] };
    const on = (output: Place, ...of: Place[]) =>
      mapText({ ...two, output, layers: of.map((place) => ({ place, expertPlace: place })) });
    assert.equal(
      on(1, 0, 0, 0, 1),
      'All 4 layers and the output are on 2 GPUs (layers 1 to 3 on GPU 1, layer 4 and the output on GPU 2); the embeddings are in RAM.',
    );
    assert.equal(
      on(1, 'ram', 'ram', 0, 0),
      'Layers 3 to 4 and the output are on 2 GPUs (layers 3 to 4 on GPU 1, the output on GPU 2); layers 1 to 2 and the embeddings are in RAM.',
    );
    assert.match(on(1, 'ram', 'ram', 'ram', 'ram'), /^Only the output is on GPU 2; /);
  });
});

describe('a sparkline', () => {
  it('has now at the right edge and five minutes in its width', () => {
    const samples = [
      { at: 0, value: 9 },
      { at: 100_000, value: 0 },
      { at: 250_000, value: 50 },
      { at: 400_000, value: 100 },
    ];
    assert.equal(sparklinePoints(samples, 100), '0,100 50,50 100,0');
  });

  it('lies on the ground where nothing happens', () => {
    assert.equal(sparklinePoints([{ at: 5, value: 0 }], 0), '100,100');
    assert.equal(sparklinePoints([], 0), '');
  });
});

describe('the what-if fields', () => {
  const form = formOf({ model: 'a', machine: { kind: 'this' }, wishes: { context: 4_096 } });

  it('become a question, in which an empty field is left to the planner', () => {
    assert.deepEqual(questionOf('a', { ...form, context: '131,072', gpuLayers: '0', kvType: 'q8_0' }), {
      model: 'a',
      machine: { kind: 'this' },
      wishes: { context: 131_072, gpuLayers: 0, kvType: 'q8_0', flashAttention: true },
    });
    assert.equal(form.context, '4096');
  });

  it('ask nothing while a figure cannot be read', () => {
    assert.equal(questionOf('a', { ...form, batch: 'many' }), undefined);
    assert.equal(readCount('', 'context'), undefined);
    assert.equal(readCount('0', 'context'), null);
    assert.equal(readCount('-1', 'gpuLayers'), null);
    assert.equal(readCount('1.5', 'batch'), null);
    assert.equal(readCount('0', 'gpuLayers'), 0);
  });

  it('take an alternative, if they have a word for it', () => {
    const asked: PlanQuestion = {
      model: 'a',
      machine: { kind: 'this' },
      wishes: { context: 4_096, gpuLayers: 3 },
      beside: ['b'],
    };
    const here = { ...machineOf(24 * 2 ** 30, 64 * 2 ** 30), ramUsedBytes: 5 * 2 ** 30 };
    here.gpus = here.gpus.map((gpu) => ({ ...gpu, usedBytes: 2 ** 30 }));
    const used = { vramBytes: [2 ** 30], ramBytes: 5 * 2 ** 30 };
    const taken = (wishes: Partial<Wishes>) => takenQuestion(asked, here, { wishes });
    assert.deepEqual(taken({ kvType: 'q8_0' }), { ...asked, wishes: { ...asked.wishes, kvType: 'q8_0' } });
    assert.deepEqual(taken({ gpuLayers: 'auto' })?.wishes, { context: 4_096 });
    assert.deepEqual(taken({ gpuLayers: 37 })?.wishes, { context: 4_096, gpuLayers: 37 });
    assert.deepEqual(takenQuestion(asked, here, { quantization: 'Q3_K_M' }), {
      ...asked,
      quantization: 'Q3_K_M',
    });
    assert.equal(taken({ expertLayersInRam: 4 }), undefined);
    assert.equal(takenQuestion(asked, here, {}), undefined);
    const machines = (kind: PlanQuestion['machine'], machine: PlanMachine) =>
      takenQuestion({ ...asked, machine: kind }, here, { machine });
    const moreRam = { ...here, ramBytes: here.ramBytes + 64e9 };
    const card = { ...here, gpus: parseGpus('RTX PRO 6000') };
    assert.deepEqual(machines({ kind: 'this' }, moreRam), {
      ...asked,
      machine: { kind: 'typed', vram: '24576 MiB', ram: '133 GB', used },
      wishes: { context: 4_096 },
    });
    assert.deepEqual(machines({ kind: 'this' }, card)?.machine, { kind: 'typed', vram: 'RTX PRO 6000', ram: '65536 MiB', used: { ...used, vramBytes: [0] } }); // prettier-ignore
    const typed = { kind: 'typed', vram: '24 GiB', ram: '64 GiB' } as const;
    assert.deepEqual(machines(typed, moreRam)?.machine, { ...typed, ram: '133 GB', used });
    assert.deepEqual(machines(typed, card)?.machine, {
      ...typed,
      vram: 'RTX PRO 6000',
      used: { ...used, vramBytes: [0] },
    });
  });

  it('have the size of adapters', () => {
    assert.equal(questionOf('a', { ...form, loras: '200 MB' })?.wishes.loraBytes, 200e6);
    assert.equal(questionOf('a', { ...form, loras: '190.7 MiB' })?.wishes.loraBytes, 199_963_443);
    assert.equal(questionOf('a', { ...form, loras: '200 M' }), undefined);
    assert.equal(form.loras, '');
  });

  it('name other models, here only', () => {
    assert.deepEqual(readModels(' qwen3-8b:Q6_K, ,/models/a b.gguf '), ['qwen3-8b:Q6_K', '/models/a b.gguf']);
    assert.deepEqual(readModels(''), []);
    for (const address of ['https://a.b/c.gguf', 'hf:a/b/c.gguf', 'HTTP://a'])
      assert.equal(readModels(`qwen3-8b, ${address}`), null);
    const named = { ...form, beside: 'b, c', draft: 'd', quantization: 'Q6_K' };
    const question = questionOf('a', named);
    assert.deepEqual([question?.beside, question?.draft, question?.quantization], [['b', 'c'], 'd', 'Q6_K']);
    assert.deepEqual(formOf(question!), { ...named, kvType: 'f16' });
    assert.equal(questionOf('a', { ...named, draft: 'd, e' }), undefined);
    assert.equal(questionOf('a', { ...named, beside: 'hf:a/b/c.gguf' }), undefined);
    assert.equal(questionOf('a', { ...named, beside: 'embedding:hf:a/b/c.gguf' }), undefined);
  });

  it('know the machine that has a name', () => {
    assert.equal(machineKind({ kind: 'typed', vram: '98 GB', ram: '132 GB' }), 'known');
    assert.equal(machineKind({ kind: 'typed', vram: '24 GB', ram: '132 GB' }), 'typed');
    assert.equal(machineKind({ kind: 'this' }), 'this');
  });
});

describe('the panel’s state', () => {
  const empty: HardwareState = { view: undefined, snapshot: undefined, history: [], plan: null, reveals: 0 };
  const snapshot = hardwareSnapshot([], []);

  it('keeps the last five minutes', () => {
    let state = reduceHardware(empty, { type: 'hardware', snapshot, history: [snapshot.sample] });
    assert.equal(state.history.length, 2);
    for (let index = 0; index < 400; index += 1) state = reduceHardware(state, { type: 'sample', snapshot });
    assert.equal(state.history.length, 300);
  });

  it('brings a plan into sight when it was asked for', () => {
    const first = reduceHardware(empty, { type: 'plan', plan: null, reveal: true });
    assert.equal(reduceHardware(first, { type: 'plan', plan: null, reveal: false }).reveals, 1);
  });
});
