/** A plan's memory as rows: what each part takes, then what they come to and what they leave. Pure. */
import type { PartBytes, PlanResult, WeightPart } from '../../src/shared/protocol/plan';

/** Bytes by place. */
export interface PlanRow extends PartBytes {
  name: string;
}

const PARTS: readonly [WeightPart, string][] = [
  ['attention', 'Attention'],
  ['feedForward', 'Feed-forward'],
  ['experts', 'Experts'],
  ['embeddings', 'Embeddings'],
  ['output', 'Output'],
  ['loras', 'LoRA adapters'],
];

/**
 * The parts that take something add up to "In all". Of several GPUs the tightest says what is left over: what is free
 * on another one does not help it.
 */
export function planRows({ plan }: PlanResult): PlanRow[] {
  const { parts, kv, gpus, totalVramBytes, totalRamBytes, freeRamBytes } = plan;
  const vramCompute = gpus.reduce((sum, { computeBytes }) => sum + computeBytes, 0);
  const counted: PlanRow[] = [
    ...PARTS.map(([part, name]) => ({ name, ...parts[part] })),
    { name: 'KV cache', ...kv },
    { name: 'Compute buffers', vramBytes: vramCompute, ramBytes: plan.ramComputeBytes },
    // The context that they have to themselves, with its own buffers.
    { name: 'Inline edits', ...plan.smallContext },
  ];
  const rest: PlanRow = {
    name: 'Driver and process',
    vramBytes: counted.reduce((left, { vramBytes }) => left - vramBytes, totalVramBytes),
    ramBytes: counted.reduce((left, { ramBytes }) => left - ramBytes, totalRamBytes),
  };
  return [
    ...[...counted, rest].filter(({ vramBytes, ramBytes }) => vramBytes !== 0 || ramBytes !== 0),
    { name: 'In all', vramBytes: totalVramBytes, ramBytes: totalRamBytes },
    {
      name: gpus.length > 1 ? 'Left over (VRAM: tightest GPU)' : 'Left over',
      vramBytes: gpus.length === 0 ? 0 : Math.min(...gpus.map(({ freeBytes }) => freeBytes)),
      ramBytes: freeRamBytes,
    },
  ];
}
