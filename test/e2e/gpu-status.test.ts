/** The status bar on a GPU: layers, VRAM and the tooltip, on Mesa's software Vulkan. */
import assert from 'node:assert/strict';
import { TINY_GPT_OSS } from '../support/hub';
import { hasSoftwareVulkan, SOFTWARE_VULKAN_ENV } from '../support/software-vulkan';
import { useWorkbench } from '../support/use-workbench';

describe('a model on the GPU', () => {
  before(function () {
    if (!hasSoftwareVulkan()) this.skip();
  });
  const workbench = useWorkbench({
    env: SOFTWARE_VULKAN_ENV,
    settings: {
      'hearth.model': TINY_GPT_OSS,
      'hearth.gpu': 'vulkan',
      'hearth.gpuLayers': 5,
      'hearth.contextSize': 1024,
      'hearth.batchSize': 128,
      'hearth.flashAttention': false,
      'hearth.threads': 1,
      'hearth.maxTokens': 20,
    },
  });

  it('shows its layers and its VRAM', async () => {
    await workbench().openChat();
    await workbench().statusBarItem().filter({ hasText: '5/5 GPU' }).first().waitFor();
    assert.match(await workbench().statusBarText(), /VRAM/);
    await workbench().statusBarItem().first().hover();
    const hover = workbench().page.locator('.monaco-hover').filter({ hasText: 'VRAM' }).first();
    await hover.waitFor();
    await workbench().screenshot('status-gpu');
  });
});
