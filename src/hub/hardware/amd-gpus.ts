/** The memory of AMD's GPUs, from the files of their kernel driver, which its tools read too. Linux only. */
import type { GpuMemory } from '../../shared/protocol/worker';
import type { SystemFiles } from '../doctor/system-files';

const CARDS = 'sys/class/drm';
const AMD = '0x1002';

/** In the system's order; empty where there are none. */
export async function readAmdGpus(files: SystemFiles): Promise<GpuMemory[]> {
  const found: GpuMemory[] = [];
  for (const card of await files.names(CARDS)) {
    // "card0-DP-1" is a connector.
    if (!/^card\d+$/.test(card)) continue;
    if ((await files.line(CARDS, card, 'device', 'vendor')) !== AMD) continue;
    const [totalBytes, usedBytes] = await Promise.all(
      ['mem_info_vram_total', 'mem_info_vram_used'].map(async (name) =>
        bytes(await files.line(CARDS, card, 'device', name)),
      ),
    );
    if (totalBytes !== undefined && usedBytes !== undefined) found.push({ totalBytes, usedBytes });
  }
  return found;
}

function bytes(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
