/** The machine, asked of a worker that has no model and is gone afterwards. */
import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { ReadMachine } from '../../src/shared/protocol/models';
import { TestHub } from '../support/hub';
import { hasSoftwareVulkan, SOFTWARE_VULKAN_ENV, softwareVulkanLoad } from '../support/software-vulkan';

describe('the machine', () => {
  let hub: TestHub;
  before(() => {
    Object.assign(process.env, SOFTWARE_VULKAN_ENV);
    hub = TestHub.create();
  });
  after(async () => {
    delete process.env['GGML_VK_VISIBLE_DEVICES'];
    await hub.dispose();
  });

  it('has RAM, and no VRAM where the CPU is chosen', async () => {
    const client = await hub.connect();
    const machine = await client.request(ReadMachine, null);
    assert.deepEqual(machine, {
      gpu: 'cpu',
      deviceNames: [],
      vramTotalBytes: 0,
      vramUsedBytes: 0,
      ramTotalBytes: totalmem(),
    });
    assert.deepEqual((await hub.record()).workers, []);
  });

  it('has VRAM where there is a GPU', async function () {
    if (!hasSoftwareVulkan()) this.skip();
    const client = await hub.connect({ load: softwareVulkanLoad(0) });
    const machine = await client.request(ReadMachine, null);
    assert.equal(machine.gpu, 'vulkan');
    assert.ok(machine.vramTotalBytes > 0 && machine.deviceNames.length > 0);
  });
});
