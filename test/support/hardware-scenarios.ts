/** What the gallery shows of the hardware panel. */
import type { Page } from 'playwright-core';
import type { HardwareViewState, ShownPlan, ToHardwareView } from '../../src/shared/protocol/hardware-view';
import {
  hardwareHistory,
  hardwareSnapshot,
  machineOf,
  machineWithGpus,
  planResult,
  planResultBeside,
  resident,
  shownPlan,
} from './hardware-samples';

export interface HardwareScenario {
  width?: number;
  height?: number;
  messages: ToHardwareView[];
  act?: (page: Page) => Promise<void>;
}

function state(changes: Partial<HardwareViewState> = {}): ToHardwareView {
  return { type: 'state', state: { hub: { kind: 'connected' }, models: [], queue: [], ...changes } };
}

function told(snapshot: ReturnType<typeof hardwareSnapshot>): ToHardwareView {
  return { type: 'hardware', snapshot, history: hardwareHistory(snapshot) };
}

const name = 'gpt-oss-120b';
const model = resident(name, {
  activity: { kind: 'decode', tokensPerSecond: 132.4 },
  lastContextTokens: 41_204,
});
const loaded = model.loaded!;
const one: ToHardwareView[] = [
  state({
    models: [model],
    queue: [
      {
        id: 'a',
        label: 'Admission queue',
        modelPath: model.path,
        priority: 'chat',
        state: 'running',
        since: 0,
      },
      {
        id: 'b',
        label: 'Why does the worker end with signal 6 after two hours of decoding?',
        modelPath: model.path,
        priority: 'chat',
        state: 'waiting',
        since: 0,
        expectedMs: 21_000,
      },
    ],
  }),
  told(
    hardwareSnapshot(
      [
        ['weights', 58.4, name],
        ['context', 5.2, name, 4.6],
        ['other', 2.1],
      ],
      [
        ['weights', 1.1, name],
        ['context', 0.3, name, 0],
        ['other', 18],
      ],
    ),
  ),
];

const three: ToHardwareView[] = [
  state({
    models: [
      resident(name, { loaded: { ...loaded, gpuLayers: 30 } }),
      resident('qwen2.5-coder-1.5b-a-rather-long-name-for-a-model-file-Q8_0', {
        file: { ...model.file!, architecture: 'qwen2', experts: 0, quantization: 'Q8_0' },
        loaded: { ...loaded, gpuLayers: 29, totalLayers: 29 },
      }),
      resident('nomic-embed-text-v1.5', {
        file: { ...model.file!, architecture: 'nomic-bert', experts: 0, quantization: 'F16' },
        loaded: { ...loaded, gpu: 'cpu', gpuLayers: 0, totalLayers: 13 },
      }),
    ],
  }),
  told(
    hardwareSnapshot(
      [
        ['weights', 48.4, name],
        ['context', 5.2, name, 4.6],
        ['weights', 1.8, 'qwen2.5-coder-1.5b-a-rather-long-name-for-a-model-file-Q8_0'],
        ['context', 0.9, 'qwen2.5-coder-1.5b-a-rather-long-name-for-a-model-file-Q8_0'],
        ['other', 2.1],
      ],
      [
        ['weights', 11.1, name],
        ['weights', 0.3, 'nomic-embed-text-v1.5'],
        ['context', 0.3, name],
        ['other', 18],
      ],
    ),
  ),
];

const fits = shownPlan(planResult(machineOf(98e9, 132e9)));
const fitsTwice: ToHardwareView = {
  type: 'plan',
  reveal: true,
  plan: {
    ...fits,
    outcome: {
      kind: 'planned',
      result: planResult(machineOf(98e9, 132e9)),
      otherReading: { vramBytes: 95.6 * 2 ** 30, result: planResult(machineOf(95.6 * 2 ** 30, 132e9)) },
    },
  },
};
const not = shownPlan(planResult(machineOf(60 * 2 ** 30, 64e9), { gpuLayers: 37, context: 131_072 }), {
  machine: { kind: 'typed', vram: '60 GiB', ram: '64 GB' },
  wishes: { gpuLayers: 37, context: 131_072 },
});
const minded = shownPlan(
  planResult(machineOf(64.5 * 2 ** 30, 62e9), { context: 150_016, flashAttention: false }),
  {
    machine: { kind: 'typed', vram: '64.5 GiB', ram: '62 GB' },
    wishes: { context: 150_016, flashAttention: false },
  },
);
const twoGpus = shownPlan(planResult(machineWithGpus([40, 24], 64e9), { gpuLayers: 37 }), {
  machine: { kind: 'typed', vram: '40 GiB, 24 GiB', ram: '64 GB' },
  wishes: { gpuLayers: 37 },
});
const beside: ShownPlan = {
  ...shownPlan(planResultBeside('qwen3-8b', 'qwen3-4b', machineOf(24e9, 64e9)), {
    machine: { kind: 'typed', vram: '24 GB', ram: '64 GB' },
    beside: ['qwen3-4b'],
  }),
  quantizations: ['Q8_0', 'Q6_K', 'Q4_K_M', 'Q3_K_M'],
};
const idle = told(hardwareSnapshot([['other', 0.6]], [['other', 18]]));

export const HARDWARE_SCENARIOS: Record<string, HardwareScenario> = {
  'hardware-empty': { width: 900, messages: [state(), idle] },
  'hardware-no-gpu': {
    width: 900,
    messages: [
      state(),
      told(hardwareSnapshot([], [['other', 18]], { gpus: [], notes: ['The Vulkan driver did not answer.'] })),
    ],
  },
  'hardware-one': { width: 900, height: 1000, messages: one },
  'hardware-three': { width: 900, height: 1300, messages: three },
  'hardware-fits': { width: 900, height: 1100, messages: [state(), idle, fitsTwice] },
  'hardware-not': {
    width: 900,
    height: 1100,
    messages: [state(), idle, { type: 'plan', reveal: true, plan: not }],
  },
  'hardware-minded': {
    width: 900,
    height: 1100,
    messages: [state(), idle, { type: 'plan', reveal: true, plan: minded }],
  },
  'hardware-two-gpus': {
    width: 900,
    height: 1300,
    messages: [state(), idle, { type: 'plan', reveal: true, plan: twoGpus }],
  },
  'hardware-beside': {
    width: 900,
    height: 1100,
    messages: [state(), idle, { type: 'plan', reveal: true, plan: beside }],
  },
  'hardware-narrow-minded': {
    width: 220,
    height: 2200,
    messages: [state(), idle, { type: 'plan', reveal: true, plan: minded }],
  },
  'hardware-narrow': { width: 220, height: 2200, messages: [...one, fitsTwice] },
  'hardware-narrow-three': { width: 220, height: 2400, messages: three },
  'hardware-failed': {
    width: 600,
    height: 300,
    messages: [
      state({
        hub: {
          kind: 'failed',
          error: {
            code: 'hub-unreachable',
            message: 'Hearth could not start its model host: it ended before it answered.',
            advice: 'Try again. If it ends again, the log says why.',
          },
        },
      }),
    ],
  },
};
