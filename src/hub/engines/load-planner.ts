/** Plans loads: from a file's header, the settings, the machine at this moment and the models that are in memory. */
import { stat } from 'node:fs/promises';
import type { ModelShape } from '../../planner/model-shape';
import { planModel } from '../../planner/plan';
import { errorInfo } from '../../shared/protocol/errors';
import type { LoadSettings, LoraAdapter } from '../../shared/protocol/settings';
import type { MachineFacts } from '../../shared/protocol/worker';
import { modelFileKey } from '../models/model-file';
import { readModelShape } from '../models/read-model-shape';
import type { DryRunner } from './dry-runner';
import { leastWishes, loadWishes } from './load-forecast';
import { machineBeside, type MachineNow, type MemoryClaim, type RamFacts } from './memory-claims';
import { simulate } from './simulate';

/** What is known before a load. */
export interface LoadProspect {
  /** Changes with the file. */
  fileKey: string;
  shape: ModelShape;
  machine: MachineNow;
  settings: LoadSettings;
  /** Of the LoRA adapters in the settings, in all. */
  loraBytes: number;
}

export class LoadPlanner {
  private readonly shapes = new Map<string, { key: string; shape: ModelShape }>();

  constructor(
    private readonly readRam: () => RamFacts,
    private readonly log: (line: string) => void,
    private readonly dryRuns: Pick<DryRunner, 'recall'>,
  ) {}

  /**
   * @param readMachine asks the worker that is about to load, which has to start llama.cpp anyway
   * @returns undefined when something cannot be known: a load goes on without a plan
   */
  async prospect(
    path: string,
    settings: LoadSettings,
    claims: readonly MemoryClaim[],
    readMachine: () => Promise<MachineFacts>,
  ): Promise<LoadProspect | undefined> {
    try {
      const [{ key, shape }, loraBytes, facts] = await Promise.all([
        this.shape(path),
        adapterBytes(settings.loras),
        readMachine(),
      ]);
      const machine = { facts, ram: this.readRam(), claims };
      const prospect = { fileKey: key, shape, machine, settings, loraBytes };
      return { ...prospect, shape: await this.asTried(path, prospect) };
    } catch (error) {
      this.log(`no plan for ${path}: ${errorInfo(error).message}`);
      return undefined;
    }
  }

  /** Whoever has planned just this load before has asked the engine; a load does not wait for another dry run. */
  private asTried(modelPath: string, prospect: LoadProspect): Promise<ModelShape> {
    const { fileKey, machine } = prospect;
    const beside = machineBeside(machine, machine.claims);
    return simulate(prospect.shape, {
      machine: beside,
      wishes: leastWishes(prospect),
      plan: (shape) => planModel(shape, beside, loadWishes({ ...prospect, shape }, beside)),
      tryLoad: (settings) =>
        Promise.resolve(this.dryRuns.recall(fileKey, { ...settings, modelPath, gpu: machine.facts.gpu })),
    });
  }

  /** @throws HearthError what is wrong with the file, or that it says too little */
  private async shape(path: string): Promise<{ key: string; shape: ModelShape }> {
    const key = await modelFileKey(path);
    const known = this.shapes.get(path);
    if (known?.key === key) return known;
    const read = { key, shape: await readModelShape(path) };
    this.shapes.set(path, read);
    return read;
  }
}

/** One that is not there counts for nothing: the load that follows says so in words. */
async function adapterBytes(loras: readonly LoraAdapter[]): Promise<number> {
  const sizes = await Promise.all(
    loras.map(({ path }) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
