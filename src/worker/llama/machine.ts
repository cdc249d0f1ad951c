/** The machine as llama.cpp sees it, before any model is loaded. */
import { totalmem } from 'node:os';
import type { GpuChoice } from '../../shared/protocol/settings';
import type { MachineFacts } from '../../shared/protocol/worker';
import { loadLlama } from './load-llama';
import type { NativeLog } from './native-log';

/** @throws HearthError when a device that was asked for by name cannot be used. */
export async function readMachine(choice: GpuChoice, log: NativeLog): Promise<MachineFacts> {
  const { llama, gpu, warnings } = await loadLlama(choice, log);
  const onGpu = gpu !== 'cpu';
  const vram = onGpu ? await llama.getVramState() : { total: 0, used: 0, unifiedSize: 0 };
  return {
    gpu,
    deviceNames: onGpu ? await llama.getGpuDeviceNames() : [],
    vramTotalBytes: vram.total,
    vramUsedBytes: vram.used,
    ...(vram.unifiedSize > 0 && { unifiedBytes: vram.unifiedSize }),
    ramTotalBytes: totalmem(),
    ...(warnings.length > 0 && { warnings }),
  };
}
