/** One look at the machine: the system's figures, the driver's tool, and what the models' processes report. */
import { cpus } from 'node:os';
import type { HardwareSnapshot } from '../../shared/protocol/hardware';
import { errorInfo } from '../../shared/protocol/errors';
import type { ResidentModel } from '../../shared/protocol/models';
import type { MachineFacts } from '../../shared/protocol/worker';
import { gpuPools, ramPool } from './memory-shares';
import { readNvidiaGpus, type NvidiaGpu } from './nvidia-smi';
import { readProcessMemory, readSystemMemory, type ProcessMemory } from './system-memory';

export interface HardwareSources {
  models: () => ResidentModel[];
  /** The processes that hold models. */
  workers: () => { path: string; pid: number }[];
  /** Asks the workers for their figures anew; they come with one of the next looks. */
  refresh: () => void;
  /** What GPU there is while no model is loaded: a worker is asked, once. */
  machine: () => Promise<MachineFacts>;
}

/** Returns a function that looks. It remembers that a tool is missing, so that it is not searched every second. */
export function hardwareLook(sources: HardwareSources): () => Promise<HardwareSnapshot> {
  let hasNvidiaTool = true;
  const nvidiaGpus = async (): Promise<NvidiaGpu[]> => {
    if (!hasNvidiaTool) return [];
    const gpus = await readNvidiaGpus();
    hasNvidiaTool = gpus !== undefined;
    return gpus ?? [];
  };
  return async () => {
    sources.refresh();
    const models = sources.models().filter(({ loaded }) => loaded !== undefined);
    const [system, nvidia, processes] = await Promise.all([
      readSystemMemory(),
      nvidiaGpus(),
      processMemory(sources.workers()),
    ]);
    const notes: string[] = [];
    const machine =
      models.length > 0 || nvidia.length > 0
        ? undefined
        : await sources.machine().catch((error: unknown) => {
            notes.push(errorInfo(error).message);
            return undefined;
          });
    const gpus = gpuPools(nvidia, models, machine);
    const ram = ramPool(system, models, processes);
    const vramUsed = gpus.map(({ memory }) => memory.usedBytes);
    return {
      sample: {
        at: Date.now(),
        tokensPerSecond: speed(sources.models()),
        ...(gpus.length > 0 && !vramUsed.includes(undefined)
          ? { vramUsedBytes: vramUsed.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0) }
          : {}),
        ramUsedBytes: ram.usedBytes,
      },
      processor: { name: cpus()[0]?.model.trim() ?? 'Processor', cores: cpus().length },
      gpus,
      ram,
      ...(system.swap !== undefined && { swap: system.swap }),
      notes,
    };
  };
}

async function processMemory(
  workers: readonly { path: string; pid: number }[],
): Promise<Map<string, ProcessMemory>> {
  const known = new Map<string, ProcessMemory>();
  await Promise.all(
    workers.map(async ({ path, pid }) => {
      const memory = await readProcessMemory(pid);
      if (memory !== undefined) known.set(path, memory);
    }),
  );
  return known;
}

function speed(models: readonly ResidentModel[]): number {
  return models.reduce(
    (sum, { activity }) => sum + (activity.kind === 'decode' ? activity.tokensPerSecond : 0),
    0,
  );
}
