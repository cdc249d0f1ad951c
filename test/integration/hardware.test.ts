/** The hardware picture of a real hub with a real model, and with a driver's tool that counts who asks it. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { HubClient } from '../../src/client/hub-client';
import { ConfigureConversation, StopAnswer } from '../../src/shared/protocol/conversations';
import {
  HardwareChanged,
  ReadHardware,
  SubscribeHardware,
  UnsubscribeHardware,
  type HardwareSnapshot,
} from '../../src/shared/protocol/hardware';
import { LoadModel } from '../../src/shared/protocol/models';
import { ENDLESS, TestHub, TINY_GPT_OSS, WatchedConversation } from '../support/hub';
import { hasSoftwareVulkan, SOFTWARE_VULKAN_ENV, softwareVulkanLoad } from '../support/software-vulkan';
import { UpdateSettings } from '../../src/shared/protocol/settings';

const MIB = 2 ** 20;

describe('the hardware', () => {
  let tools: string;
  let asked: string;
  const path = process.env['PATH'];
  let hub: TestHub;
  let client: HubClient;
  before(async function () {
    if (process.platform === 'win32') this.skip();
    tools = mkdtempSync(join(tmpdir(), 'hearth-tools-'));
    asked = join(tools, 'asked');
    const tool = join(tools, 'nvidia-smi');
    writeFileSync(tool, `#!/bin/sh\necho asked >> '${asked}'\necho 'Test Card, 1000, 250, 40, 1.2.3'\n`);
    chmodSync(tool, 0o755);
    process.env['PATH'] = `${tools}${delimiter}${path ?? ''}`;
    Object.assign(process.env, SOFTWARE_VULKAN_ENV);
    hub = TestHub.create();
    client = await hub.connect();
  });
  after(async () => {
    process.env['PATH'] = path;
    delete process.env['GGML_VK_VISIBLE_DEVICES'];
    await hub.dispose();
    rmSync(tools, { recursive: true });
  });

  const timesAsked = () => (existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n').length : 0);
  const changed = (test: (snapshot: HardwareSnapshot) => boolean = () => true) =>
    new Promise<HardwareSnapshot>((resolve) => {
      const listener = client.on(HardwareChanged, (snapshot) => {
        if (!test(snapshot)) return;
        listener.dispose();
        resolve(snapshot);
      });
    });

  it('is not looked at while nobody watches, and again not afterwards', async () => {
    await client.request(LoadModel, {});
    assert.equal(timesAsked(), 0);
    const first = changed();
    const { history } = await client.request(SubscribeHardware, null);
    assert.deepEqual(history, []);
    const [{ sample }, second] = [await first, await changed()];
    assert.ok(second.sample.at > sample.at);
    assert.ok(timesAsked() >= 3);
    await client.request(UnsubscribeHardware, null);
    const times = timesAsked();
    // A look that was going on may still have ended; another window's pictures show that time passes.
    const other = await hub.connect(null);
    const events: HardwareSnapshot[] = [];
    client.on(HardwareChanged, (snapshot) => events.push(snapshot));
    const inOther = new Promise((resolve) => other.on(HardwareChanged, resolve));
    const { history: kept } = await other.request(SubscribeHardware, null);
    assert.deepEqual(kept, [], 'What was seen before the pause is not drawn as if it were now.');
    await inOther;
    assert.deepEqual(events, []);
    assert.ok(timesAsked() - times <= 3);
    other.dispose();
  });

  it('is plausible, and split by what uses it', async () => {
    const { ram, gpus, processor, swap } = await client.request(ReadHardware, null);
    assert.equal(ram.totalBytes, totalmem());
    assert.equal(
      ram.parts.reduce((sum, { bytes }) => sum + bytes, 0),
      ram.usedBytes,
    );
    const ofModel = (use: string) =>
      ram.parts.find((part) => part.use === use && part.modelPath === TINY_GPT_OSS)?.bytes ?? 0;
    assert.ok(ofModel('weights') > 0.1 * MIB && ofModel('weights') < 50 * MIB, `${ofModel('weights')}`);
    assert.ok(ofModel('context') > 0.1 * MIB && ofModel('context') < 2_000 * MIB, `${ofModel('context')}`);
    assert.ok(ram.parts.some(({ use, bytes }) => use === 'other' && bytes > 10 * MIB));
    assert.ok(processor.cores >= 1);
    assert.ok(swap === undefined || swap.usedBytes <= swap.totalBytes);
    assert.deepEqual(gpus, [
      {
        name: 'Test Card',
        memory: {
          totalBytes: 1_000 * MIB,
          usedBytes: 250 * MIB,
          parts: [{ use: 'other', bytes: 250 * MIB }],
        },
        utilization: 0.4,
        driver: '1.2.3',
      },
    ]);
  });

  it('shows the speed while an answer runs', async () => {
    const conversation = await WatchedConversation.create(client);
    await client.request(ConfigureConversation, { conversationId: conversation.id, settings: ENDLESS });
    await client.request(SubscribeHardware, null);
    const fast = changed(({ sample }) => sample.tokensPerSecond > 0);
    const answerId = await conversation.send('Go on');
    const { sample } = await fast;
    assert.ok(sample.tokensPerSecond < 1e6);
    await client.request(StopAnswer, { conversationId: conversation.id, answerId });
    await client.request(UnsubscribeHardware, null);
  });

  it('is told by the command, in bytes for programs and in GiB for people', () => {
    const { ram } = JSON.parse(hub.cli(['hardware', '--json']).stdout) as HardwareSnapshot;
    assert.equal(ram.totalBytes, totalmem());
    const { stdout } = hub.cli(['hardware']);
    assert.match(stdout, /GPU +Test Card: 250 MiB of 1,000 MiB used \(other programs 250 MiB\)/);
    assert.match(
      stdout,
      /RAM +[\d.,]+ [MG]iB of [\d.]+ GiB used \(weights .*, context .*, other programs .*\)/,
    );
  });

  it('knows the GPU from the model’s process where no tool does', async function () {
    if (!hasSoftwareVulkan()) this.skip();
    await client.request(UpdateSettings, { load: softwareVulkanLoad(5) });
    await client.request(LoadModel, { reload: true });
    const { gpus } = await client.request(ReadHardware, null);
    const gpu = gpus.find(({ name }) => name !== 'Test Card');
    const weights = gpu?.memory.parts.find(({ use }) => use === 'weights');
    assert.ok(weights !== undefined && weights.bytes > 0, JSON.stringify(gpus));
    assert.ok((gpu?.memory.usedBytes ?? 0) <= (gpu?.memory.totalBytes ?? 0));
  });
});
