/** The GPU path on Mesa's software Vulkan: real VRAM accounting and offload, no GPU needed. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { LoadModel } from '../../src/shared/protocol/models';
import { SubscribeState } from '../../src/shared/protocol/system';
import { TestHub, WatchedConversation } from '../support/hub';

const LAVAPIPE = '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json';
const LAVAPIPE_PLAIN = '/usr/share/vulkan/icd.d/lvp_icd.json';

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
    if (process.platform !== 'linux' || !(existsSync(LAVAPIPE) || existsSync(LAVAPIPE_PLAIN))) {
      console.log('      skipped: Mesa’s software Vulkan (mesa-vulkan-drivers) is not installed');
      this.skip();
    }
    process.env['GGML_VK_VISIBLE_DEVICES'] = '0';
    hub = TestHub.create();
  });
  after(async () => {
    delete process.env['GGML_VK_VISIBLE_DEVICES'];
    await hub.dispose();
  });

  const load = (gpuLayers: number | 'auto') => ({
    gpu: 'vulkan' as const,
    gpuLayers,
    contextSize: 1024,
    sequences: 1,
    batchSize: 128,
    // Mesa's software device crashes in the flash attention shader with attention sinks.
    flashAttention: false,
    threads: 1,
    loras: [],
  });

  it('is offloaded as asked, with its VRAM shown, and answers', async function () {
    this.timeout(120_000);
    const client = await hub.connect({ load: load(5), conversation: CONVERSATION });
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
    const some = await hub.connect({ load: load(2) });
    const part = await some.request(LoadModel, {});
    assert.equal(part.loaded?.gpuLayers, 2);
    assert.ok(part.loaded.weights.vramBytes < all.loaded.weights.vramBytes);
  });
});
