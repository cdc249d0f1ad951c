/** Machines, models and plans to try the hardware panel with. */
import { answerPlan, knownShape } from '../../src/planner/answer-plan';
import type { HardwareSample, HardwareSnapshot, MemoryPart } from '../../src/shared/protocol/hardware';
import type { PlanQuestion, ShownPlan } from '../../src/shared/protocol/hardware-view';
import type { GgufFacts, ResidentModel } from '../../src/shared/protocol/models';
import type { PlanMachine, PlanResult, Wishes } from '../../src/shared/protocol/plan';
import { READY_MODEL } from './webview-samples';

const GIB = 2 ** 30;

const FACTS: GgufFacts = {
  architecture: 'gpt-oss',
  quantization: 'MXFP4',
  parameters: 116.8e9,
  contextLength: 131_072,
  layers: 36,
  experts: 128,
};

export function resident(name: string, changes: Partial<ResidentModel> = {}): ResidentModel {
  return { ...READY_MODEL, path: `/models/${name}.gguf`, name, file: FACTS, ...changes };
}

/** A use, GiB, the model, and of its context the GiB of KV cache. */
type SamplePart = [MemoryPart['use'], number, string?, number?];

export function hardwareSnapshot(
  vram: SamplePart[],
  ram: SamplePart[],
  changes: Partial<HardwareSnapshot> = {},
): HardwareSnapshot {
  const parts = (list: typeof vram): MemoryPart[] =>
    list.map(([use, gib, name, kvGib]) => ({
      use,
      bytes: gib * GIB,
      ...(name !== undefined && { modelPath: `/models/${name}.gguf` }),
      ...(kvGib !== undefined && { kvBytes: kvGib * GIB }),
    }));
  const sum = (list: typeof vram): number => list.reduce((total, [, gib]) => total + gib * GIB, 0);
  return {
    sample: { at: 300_000, tokensPerSecond: 132.4, vramUsedBytes: sum(vram), ramUsedBytes: sum(ram) },
    processor: { name: 'AMD Ryzen 9 9950X 16-Core Processor', cores: 32 },
    gpus: [
      {
        name: 'NVIDIA RTX PRO 6000 Blackwell Workstation Edition',
        memory: { totalBytes: 95.6 * GIB, usedBytes: sum(vram), parts: parts(vram) },
        utilization: 0.87,
        driver: '580.82.07',
      },
    ],
    ram: { totalBytes: 122.9 * GIB, usedBytes: sum(ram), parts: parts(ram) },
    swap: { totalBytes: 8 * GIB, usedBytes: 0.4 * GIB },
    notes: [],
    ...changes,
  };
}

/** Four minutes, with answers in between. */
export function hardwareHistory({ sample }: HardwareSnapshot): HardwareSample[] {
  return Array.from({ length: 240 }, (_, index) => ({
    ...sample,
    at: sample.at - (240 - index) * 1_000,
    tokensPerSecond: index % 80 < 30 ? 0 : 118 + 14 * Math.sin(index / 9),
    ramUsedBytes: sample.ramUsedBytes * (index < 60 ? 0.7 : 1),
  }));
}

export function planResult(machine: PlanMachine, changes: Partial<Wishes> = {}): PlanResult {
  const model = knownShape('gpt-oss-120b')!;
  const params = { model: 'gpt-oss-120b', wishes: { context: 131_072, ...changes } };
  return answerPlan({ model, beside: [], draft: undefined }, machine, params);
}

/** Of known models. */
export function planResultBeside(name: string, other: string, machine: PlanMachine): PlanResult {
  const models = {
    model: knownShape(name)!,
    beside: [{ shape: knownShape(other)!, role: 'chat' as const }],
    draft: undefined,
  };
  return answerPlan(models, machine, { model: name, beside: [other] });
}

export function machineOf(vramBytes: number, ramBytes: number): PlanMachine {
  const gpus = vramBytes === 0 ? [] : [{ name: 'GPU 1', vramBytes, usedBytes: 0 }];
  return { gpus, ramBytes, ramUsedBytes: 0 };
}

/** @param vramGib of each GPU */
export function machineWithGpus(vramGib: readonly number[], ramBytes: number): PlanMachine {
  const gpus = vramGib.map((gib, index) => ({
    name: `GPU ${index + 1}`,
    vramBytes: gib * GIB,
    usedBytes: 0,
  }));
  return { gpus, ramBytes, ramUsedBytes: 0 };
}

export function shownPlan(result: PlanResult, question: Partial<PlanQuestion> = {}): ShownPlan {
  return {
    id: 1,
    name: result.name,
    quantizations: [],
    isFile: false,
    question: {
      model: result.name,
      machine: { kind: 'typed', vram: '98 GB', ram: '132 GB' },
      wishes: {},
      ...question,
    },
    outcome: { kind: 'planned', result },
  };
}
