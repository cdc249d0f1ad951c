/** What a plan wants of each memory, as bars. Pure. */
import type { PlanResult } from '../../src/shared/protocol/plan';
import type { DrawnPart, DrawnPool } from './memory-segments';

export interface PlanPool {
  name: string;
  pool: DrawnPool;
}

/** One bar a GPU, then RAM. Several GPUs have their own names; of the same kind they are counted. */
export function planPools({ plan, machine, beside }: PlanResult): PlanPool[] {
  const { weights, kv, gpus, ramComputeBytes: compute, smallContext: small, totalRamBytes } = plan;
  const process = totalRamBytes - weights.ramBytes - kv.ramBytes - compute - small.ramBytes;
  const ram: PlanPool = {
    name: 'RAM',
    pool: pool(machine.ramBytes, [
      { use: 'weights', bytes: weights.ramBytes },
      { use: 'kv', bytes: kv.ramBytes },
      { use: 'compute', bytes: compute },
      { use: 'small', bytes: small.ramBytes },
      { use: 'process', bytes: process },
      { use: 'beside', bytes: beside.reduce((sum, other) => sum + other.plan.totalRamBytes, 0) },
      { use: 'other', bytes: machine.ramUsedBytes },
    ]),
  };
  const names = gpuNames({ plan });
  const vram = gpus.map((gpu, index): PlanPool => {
    const others = machine.gpus[index]?.usedBytes ?? gpu.usedBytes;
    return {
      name: gpus.length === 1 ? 'VRAM' : (names[index] ?? ''),
      pool: pool(machine.gpus[index]?.vramBytes ?? 0, [
        { use: 'weights', bytes: gpu.weightBytes },
        { use: 'kv', bytes: gpu.kvBytes },
        { use: 'compute', bytes: gpu.computeBytes },
        { use: 'small', bytes: gpu.smallContextBytes },
        { use: 'process', bytes: gpu.overheadBytes },
        // The plan counts what the models beside it take as used.
        { use: 'beside', bytes: gpu.usedBytes - others },
        { use: 'other', bytes: others },
      ]),
    };
  });
  return [...vram, ram];
}

/** What the plan's GPUs are called: of the same kind they are counted. */
export function gpuNames({ plan: { gpus } }: Pick<PlanResult, 'plan'>): string[] {
  const names = gpus.map(({ name }) => name);
  return names.map((name, index) => {
    const isAlone = names.filter((other) => other === name).length === 1;
    return isAlone ? name : `${name} (${names.slice(0, index + 1).filter((other) => other === name).length})`;
  });
}

function pool(totalBytes: number, parts: DrawnPart[]): DrawnPool {
  return {
    totalBytes,
    usedBytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    // Sums of fractions may leave a trace of a byte.
    parts: parts.filter(({ bytes }) => bytes >= 1),
  };
}
