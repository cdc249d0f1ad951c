/** The GPU path on Mesa's software Vulkan: real VRAM accounting and offload, no GPU needed. */
import assert from 'node:assert/strict';
import { LoadModel } from '../../src/shared/protocol/models';
import { SubscribeState } from '../../src/shared/protocol/system';
import { TestHub, WatchedConversation } from '../support/hub';
import { hasSoftwareVulkan, SOFTWARE_VULKAN_ENV, softwareVulkanLoad } from '../support/software-vulkan';

const CONVERSATION = {
  system: 'Reasoning: {effort}',
  instructions: '',
  effort: 'low' as const,
  sampling: { temperature: 1, topP: 1, topK: 0, minP: 0, seed: 1 },
  maxTokens: 20,
};

describe('a model on the GPU', () => {
  let hub: TestHub;
  before(function () {
    if (!hasSoftwareVulkan()) this.skip();
    Object.assign(process.env, SOFTWARE_VULKAN_ENV);
    hub = TestHub.create();
  });
  after(async () => {
    delete process.env['GGML_VK_VISIBLE_DEVICES'];
    await hub.dispose();
  });

  it('is offloaded as asked, with its VRAM shown, and answers', async function () {
    this.timeout(120_000);
    const client = await hub.connect({ load: softwareVulkanLoad(5), conversation: CONVERSATION });
    const all = await client.request(LoadModel, {});
    assert.equal(all.loaded?.gpu, 'vulkan');
    assert.equal(all.loaded.gpuLayers, 5);
    assert.equal(all.loaded.totalLayers, 5);
    assert.ok(all.loaded.weights.vramBytes > 0 && all.loaded.deviceNames.length > 0);
    assert.ok(all.memory !== undefined && all.memory.vramTotalBytes > 0);
    const { state } = await client.request(SubscribeState, null);
    const chat = await WatchedConversation.create(client);
    assert.notEqual((await chat.ask('hi')).stopReason, 'failed');
    assert.equal(state.models[0]?.loaded?.gpu, 'vulkan');
    const some = await hub.connect({ load: softwareVulkanLoad(2) });
    const part = await some.request(LoadModel, {});
    assert.equal(part.loaded?.gpuLayers, 2);
    assert.ok(part.loaded.weights.vramBytes < all.loaded.weights.vramBytes);
  });

  it('is loaded as it was planned, where the settings leave it open', async function () {
    this.timeout(120_000);
    const open = { gpuLayers: 'auto', contextSize: 'auto' } as const;
    const client = await hub.connect({ load: { ...softwareVulkanLoad(0), ...open } });
    const { loaded, planned } = await client.request(LoadModel, {});
    assert.ok(loaded !== undefined && planned !== undefined);
    assert.deepEqual(
      [loaded.gpuLayers, loaded.contextSize],
      [loaded.totalLayers, loaded.trainContextSize],
      'all of it fits',
    );
    const apart = Math.abs(planned.weights.vramBytes - loaded.weights.vramBytes);
    assert.ok(apart < 0.02 * loaded.weights.vramBytes, JSON.stringify({ planned, loaded }));
  });
});
