/** Splits what is used of a memory into what uses it. Pure arithmetic on bytes. */
import type { GpuHardware, HardwareSnapshot, MemoryPart, MemoryPool } from '../../shared/protocol/hardware';
import type { ResidentModel } from '../../shared/protocol/models';
import type { MachineFacts } from '../../shared/protocol/worker';
import type { NvidiaGpu } from './nvidia-smi';
import type { ProcessMemory, SystemMemory } from './system-memory';

/** RAM: of each model what its process really holds, as far as the system tells. */
export function ramPool(
  system: SystemMemory,
  models: readonly ResidentModel[],
  processes: ReadonlyMap<string, ProcessMemory>,
): HardwareSnapshot['ram'] {
  // Weights that are mapped from their file are the system's to drop, so that it does not count them as used.
  let mappedBytes = 0;
  const own: MemoryPart[] = [];
  for (const { path, loaded } of models) {
    if (loaded === undefined) continue;
    const { weights, context } = loaded;
    const process = processes.get(path);
    if (process === undefined) {
      own.push(...parts(path, weights.ramBytes, context.ramBytes));
      continue;
    }
    const mapped = Math.min(weights.ramBytes, process.fileBytes);
    const cache = Math.min(context.ramBytes, process.anonymousBytes);
    const copied = Math.min(weights.ramBytes - mapped, process.anonymousBytes - cache);
    mappedBytes += mapped;
    own.push(...parts(path, mapped + copied, cache));
  }
  const usedBytes = Math.min(system.totalBytes, Math.max(system.usedBytes + mappedBytes, sum(own)));
  return { totalBytes: system.totalBytes, usedBytes, parts: withOther(own, usedBytes) };
}

/**
 * The GPUs by the driver's tool where there is one, else as the models' processes see them, else as `machine` says.
 * Of several GPUs each holds a share of a model by its size, as llama.cpp splits layers.
 */
export function gpuPools(
  nvidia: readonly NvidiaGpu[],
  models: readonly ResidentModel[],
  machine: MachineFacts | undefined,
): GpuHardware[] {
  const onGpu = models.filter(({ loaded }) => loaded !== undefined && loaded.gpu !== 'cpu');
  const isOnNvidia = ({ loaded }: ResidentModel): boolean =>
    nvidia.length > 0 &&
    (loaded?.gpu === 'cuda' || nvidia.some(({ name }) => loaded?.deviceNames.includes(name) === true));
  const total = nvidia.reduce((bytes, { totalBytes }) => bytes + totalBytes, 0);
  const listed = nvidia.map(({ name, totalBytes, usedBytes, utilization, driver }): GpuHardware => {
    const own = onGpu.filter(isOnNvidia).flatMap((model) => vramParts(model, totalBytes / total));
    return {
      name,
      memory: pool(totalBytes, usedBytes, own),
      ...(utilization !== undefined && { utilization }),
      driver,
    };
  });
  return [
    ...listed,
    ...seenByWorkers(
      onGpu.filter((model) => !isOnNvidia(model)),
      machine,
      nvidia,
    ),
  ];
}

function seenByWorkers(
  models: readonly ResidentModel[],
  machine: MachineFacts | undefined,
  nvidia: readonly NvidiaGpu[],
): GpuHardware[] {
  const latest = models.findLast(({ memory }) => memory !== undefined);
  if (latest?.memory !== undefined && latest.loaded !== undefined) {
    const { vramTotalBytes, vramUsedBytes } = latest.memory;
    const own = models.flatMap((model) => vramParts(model, 1));
    return [{ name: nameOf(latest.loaded.deviceNames), memory: pool(vramTotalBytes, vramUsedBytes, own) }];
  }
  if (machine === undefined || machine.vramTotalBytes === 0 || nvidia.length > 0) return [];
  return [{ name: nameOf(machine.deviceNames), memory: { totalBytes: machine.vramTotalBytes, parts: [] } }];
}

function pool(totalBytes: number, usedBytes: number, own: MemoryPart[]): MemoryPool {
  // A driver's figure may be a moment older than the load.
  const used = Math.min(totalBytes, Math.max(usedBytes, sum(own)));
  return { totalBytes, usedBytes: used, parts: withOther(own, used) };
}

function vramParts({ path, loaded }: ResidentModel, share: number): MemoryPart[] {
  if (loaded === undefined) return [];
  return parts(path, loaded.weights.vramBytes * share, loaded.context.vramBytes * share);
}

function parts(modelPath: string, weights: number, context: number): MemoryPart[] {
  return [
    { use: 'weights' as const, bytes: Math.round(weights), modelPath },
    { use: 'context' as const, bytes: Math.round(context), modelPath },
  ].filter(({ bytes }) => bytes > 0);
}

function withOther(own: MemoryPart[], usedBytes: number): MemoryPart[] {
  const bytes = usedBytes - sum(own);
  return bytes > 0 ? [...own, { use: 'other', bytes }] : own;
}

function sum(list: readonly MemoryPart[]): number {
  return list.reduce((total, { bytes }) => total + bytes, 0);
}

function nameOf(deviceNames: readonly string[]): string {
  return deviceNames.length === 0 ? 'GPU' : deviceNames.join(', ');
}
