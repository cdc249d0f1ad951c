/** Splits what is used of a memory into what uses it. Pure arithmetic on bytes. */
import type { GpuHardware, HardwareSnapshot, MemoryPart, MemoryPool } from '../../shared/protocol/hardware';
import type { ResidentModel } from '../../shared/protocol/models';
import type { MachineFacts, Placement } from '../../shared/protocol/worker';
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
  for (const model of models) {
    const { path, loaded } = model;
    if (loaded === undefined) continue;
    const { weights, context } = loaded;
    const kv = kvPlacement(model);
    const process = processes.get(path);
    if (process === undefined) {
      own.push(...parts(path, weights.ramBytes, context.ramBytes, kv?.ramBytes));
      continue;
    }
    const mapped = Math.min(weights.ramBytes, process.fileBytes);
    const cache = Math.min(context.ramBytes, process.anonymousBytes);
    const copied = Math.min(weights.ramBytes - mapped, process.anonymousBytes - cache);
    mappedBytes += mapped;
    own.push(...parts(path, mapped + copied, cache, kv?.ramBytes));
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
    return [{ ...named(latest.loaded.deviceNames), memory: pool(vramTotalBytes, vramUsedBytes, own) }];
  }
  if (machine === undefined || machine.vramTotalBytes === 0 || nvidia.length > 0) return [];
  return [{ ...named(machine.deviceNames), memory: { totalBytes: machine.vramTotalBytes, parts: [] } }];
}

function pool(totalBytes: number, usedBytes: number, own: MemoryPart[]): MemoryPool {
  // A driver's figure may be a moment older than the load.
  const used = Math.min(totalBytes, Math.max(usedBytes, sum(own)));
  return { totalBytes, usedBytes: used, parts: withOther(own, used) };
}

function vramParts(model: ResidentModel, share: number): MemoryPart[] {
  const { path, loaded } = model;
  if (loaded === undefined) return [];
  const kv = kvPlacement(model);
  return parts(
    path,
    loaded.weights.vramBytes * share,
    loaded.context.vramBytes * share,
    kv && kv.vramBytes * share,
  );
}

/**
 * Where the KV cache lies, of the size that was computed before the load: each layer's lies with its layer, and what the
 * engine says of both together is never exceeded. Undefined where nobody has computed it.
 */
function kvPlacement({ loaded, planned }: ResidentModel): Placement | undefined {
  if (loaded === undefined || planned === undefined) return undefined;
  const { context, gpu, gpuLayers, totalLayers } = loaded;
  // The output counts as a layer, goes onto the GPU first, and has no KV cache.
  const onGpu = gpu === 'cpu' ? 0 : Math.max(0, gpuLayers - 1) / Math.max(1, totalLayers - 1);
  const inVram = Math.min(planned.kvBytes * onGpu, context.vramBytes);
  const ramBytes = Math.min(planned.kvBytes - inVram, context.ramBytes);
  return { vramBytes: Math.min(planned.kvBytes - ramBytes, context.vramBytes), ramBytes };
}

function parts(modelPath: string, weights: number, context: number, kv: number | undefined): MemoryPart[] {
  const contextBytes = Math.round(context);
  const own: MemoryPart[] = [
    { use: 'weights', bytes: Math.round(weights), modelPath },
    {
      use: 'context',
      bytes: contextBytes,
      modelPath,
      ...(kv !== undefined && { kvBytes: Math.min(Math.round(kv), contextBytes) }),
    },
  ];
  return own.filter(({ bytes }) => bytes > 0);
}

function withOther(own: MemoryPart[], usedBytes: number): MemoryPart[] {
  const bytes = usedBytes - sum(own);
  return bytes > 0 ? [...own, { use: 'other', bytes }] : own;
}

function sum(list: readonly MemoryPart[]): number {
  return list.reduce((total, { bytes }) => total + bytes, 0);
}

function named(deviceNames: readonly string[]): Pick<GpuHardware, 'name' | 'devices'> {
  return {
    name: deviceNames.length === 0 ? 'GPU' : deviceNames.join(', '),
    ...(deviceNames.length > 1 && { devices: deviceNames.length }),
  };
}
