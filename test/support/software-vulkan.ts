/** Mesa's software Vulkan: a GPU for tests on machines without one. */
import { existsSync } from 'node:fs';
import type { HubSettings } from '../../src/shared/protocol/settings';

const DRIVERS = ['/usr/share/vulkan/icd.d/lvp_icd.x86_64.json', '/usr/share/vulkan/icd.d/lvp_icd.json'];

/** Lets llama.cpp take a device that is none; the hub and its workers inherit it. */
export const SOFTWARE_VULKAN_ENV = { GGML_VK_VISIBLE_DEVICES: '0' };

/** Whether it is installed; says so if not. */
export function hasSoftwareVulkan(): boolean {
  const found = process.platform === 'linux' && DRIVERS.some((path) => existsSync(path));
  if (!found) console.log('      skipped: Mesa’s software Vulkan (mesa-vulkan-drivers) is not installed');
  return found;
}

/** Small and careful: Mesa's software device crashes in the flash attention shader with attention sinks. */
export function softwareVulkanLoad(gpuLayers: number | 'auto'): HubSettings['load'] {
  return {
    gpu: 'vulkan',
    gpuLayers,
    contextSize: 1024,
    sequences: 1,
    batchSize: 128,
    flashAttention: false,
    threads: 1,
    loras: [],
  };
}
