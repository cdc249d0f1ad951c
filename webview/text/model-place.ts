import type { ResidentModel } from '../../src/shared/protocol/models';
import { formatBytes, formatCount } from '../../src/shared/util/format';

/** Where a loaded model lies: "36 of 37 layers on the GPU (NVIDIA H200)", "60.8 GiB GPU memory", "1.1 GiB RAM". */
export function modelPlace({ loaded }: ResidentModel): string[] {
  if (loaded === undefined) return [];
  const { gpu, deviceNames, gpuLayers, totalLayers, weights, context, contextSize } = loaded;
  const vram = weights.vramBytes + context.vramBytes;
  const ram = weights.ramBytes + context.ramBytes;
  const device = deviceNames.length > 0 ? ` (${deviceNames.join(', ')})` : '';
  const parts = [
    gpu === 'cpu' || gpuLayers === 0
      ? 'On the CPU'
      : `${gpuLayers === totalLayers ? 'All' : `${gpuLayers} of`} ${totalLayers} layers on the GPU${device}`,
  ];
  if (vram > 0) parts.push(`${formatBytes(vram)} GPU memory`);
  if (ram > 0) parts.push(`${formatBytes(ram)} RAM`);
  parts.push(`${formatCount(contextSize)} tokens of context`);
  return parts;
}
