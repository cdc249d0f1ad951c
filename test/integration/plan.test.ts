/** "hearth plan": a known model without a file, a file of one's own, and what is wrong in words. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { HubClient } from '../../src/client/hub-client';
import { PlanModel, type Plan, type PlanResult } from '../../src/shared/protocol/plan';
import { LoadModel, UnloadModel } from '../../src/shared/protocol/models';
import { UpdateSettings, type LoadSettings } from '../../src/shared/protocol/settings';
import { SubscribeState } from '../../src/shared/protocol/system';
import { plannedBytes, takenBytes } from '../../src/shared/util/planned-use';
import { writeMissingTensor } from '../support/broken-gguf';
import { ROOT, TEST_LOAD, TestHub, TINY_GPT_OSS, TINY_LLAMA } from '../support/hub';

describe('hearth plan', () => {
  let hub: TestHub;
  before(() => {
    hub = TestHub.create();
  });
  after(() => hub.dispose());

  it('answers the first question without a download: 98 GB of VRAM, 132 GB of RAM, the 120B', () => {
    const machine = ['--vram', '98GB', '--ram', '132GB'];
    const { stdout } = hub.cli(['plan', 'gpt-oss-120b', ...machine, '--json']);
    const plan = JSON.parse(stdout) as Record<string, unknown>;
    const { verdict, loadable, gpuLayers, maxContext, context } = plan;
    assert.deepEqual({ verdict, loadable, gpuLayers, maxContext, context }, {
      verdict: 'fits', loadable: true, gpuLayers: 37, maxContext: 131_072, context: 131_072,
    }); // prettier-ignore
    assert.deepEqual(plan['findings'], []);
    const other = plan['otherReading'] as { vramBytes: number; freeVramBytes: number };
    assert.deepEqual(other, {
      verdict: 'fits', freeVramBytes: other.freeVramBytes, maxContext: 131_072, vramBytes: 97_887 * 2 ** 20,
    }); // prettier-ignore
    assert.ok(other.freeVramBytes - (plan['freeVramBytes'] as number) > 4 * 2 ** 30);
    assert.ok(plan['weights'] && plan['kvBytes'] && plan['computeBytes'] && plan['alternatives']);
    const text = hub.cli(['plan', 'gpt-oss-120b', ...machine]).stdout;
    assert.match(text, /^Fits: gpt-oss-120b \(MXFP4\) on 91\.3 GiB VRAM and 122\.9 GiB RAM\n/);
    assert.match(text, /98 GB can mean two things\. .* shows 95\.6 GiB in its driver: then it fits/);
  });

  it('does not pass over words', () => {
    const { stderr, code } = hub.cli(['plan', 'my', 'model.gguf']);
    assert.equal(code, 1);
    assert.match(stderr, /"model\.gguf" is more than one model/);
  });

  it('needs no hub for a known name on a machine that was typed in', async () => {
    const machine = ['--vram', 'RTX 4090', '--ram', '64GB'];
    const { stdout } = hub.cli(['plan', 'qwen3-30b-a3b', '--quant', 'Q6_K', ...machine, '--json']);
    const { name, quantization, verdict } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([name, quantization, verdict], ['qwen3-30b-a3b', 'Q6_K', 'fits-with-layers-in-ram']);
    const numbers = ['--params', '120B', '--active', '5B', '--bits', '4.25'];
    const text = hub.cli(['plan', ...numbers, '--vram', '98GB', '--ram', '132GB']).stdout;
    assert.match(text, /^Fits: .*\n.*an estimate from plain numbers/);
    await assert.rejects(hub.record(), /no hub record/);
  });

  it('plans several models, adapters and what-ifs at once', () => {
    const machine = ['--vram', '98GB', '--ram', '132GB', '--context', '65536'];
    const besides = ['--beside', 'gpt-oss-20b', '--beside', 'embedding:qwen3-0.6b'];
    const more = [...besides, '--draft', 'qwen3-0.6b', '--lora', '200MB', '--sequences', '2'];
    const what = ['--kv', 'q8_0', '--batch', '1024', '--experts-in-ram', '4', '--gpu-layers', '37'];
    const { stdout } = hub.cli(['plan', 'gpt-oss-120b', ...machine, ...more, ...what, '--json']);
    const plan = JSON.parse(stdout) as PlanResult & Plan;
    assert.deepEqual([plan.verdict, plan.expertLayersInRam], ['fits-with-experts-in-ram', 4]);
    assert.deepEqual(plan.beside.map(({ name, role }) => [name, role]), [['gpt-oss-20b', 'chat'], ['qwen3-0.6b', 'embedding'], ['qwen3-0.6b', 'draft']]); // prettier-ignore
    assert.equal(Math.round(plan.parts.loras.vramBytes), 200e6);
    assert.deepEqual(plan.layers.filter(({ expertPlace }) => expertPlace === 'ram').length, 4);
  });

  it('plans a file, on a machine without a GPU', () => {
    const here = JSON.parse(hub.cli(['plan', TINY_GPT_OSS, '--json']).stdout) as PlanResult;
    const { ramBytes, ramUsedBytes } = here.machine;
    assert.ok(ramUsedBytes > 2 ** 26 && ramUsedBytes < ramBytes, 'other programs have some of it');
    assert.equal(here.measured, undefined);
    const { stdout } = hub.cli(['plan', TINY_GPT_OSS, '--vram', '0', '--ram', '8GB', '--context', '1024']);
    assert.match(stdout, /^Fits into RAM, on the CPU: tiny-gpt-oss on 7\.5 GiB RAM\n/);
    assert.match(stdout, /A context of 1,024 of 8,192 tokens/);
  });

  it('says what the same load took before', async () => {
    const client = await hub.connect({ load: { ...TEST_LOAD, contextSize: 2_048, batchSize: 512 } });
    const { taken } = await client.request(LoadModel, { path: TINY_GPT_OSS });
    assert.ok(taken !== undefined);
    const plan = (...args: string[]) =>
      JSON.parse(hub.cli(['plan', TINY_GPT_OSS, '--json', ...args]).stdout) as PlanResult;
    assert.equal(plan('--context', '2048').measured?.takenBytes, takenBytes(taken));
    assert.equal(plan('--context', '1024').measured, undefined);
    const typed = plan('--context', '2048', '--vram', '0', '--ram', '64GB');
    assert.equal(typed.measured, undefined, 'that is another machine');
  });

  it('offers what would fit instead', () => {
    const args = ['--vram', '60GiB', '--ram', '64GiB', '--context', '131072', '--gpu-layers', '37'];
    const { stdout } = hub.cli(['plan', 'gpt-oss-120b', ...args]);
    assert.match(stdout, /^Does not fit: .*\nIt lacks .* of GPU 1\.\n/);
    assert.match(stdout, /Otherwise:\n/);
    assert.match(stdout, /as many layers on the GPU as fit +fits with \d of 37 layers in RAM, about/);
  });

  it('says what is wrong', () => {
    const code = (...args: string[]) => {
      const { stdout, code: status } = hub.cli(['plan', ...args, '--json']);
      assert.equal(status, 1);
      return (JSON.parse(stdout) as { code: string }).code;
    };
    assert.equal(code('no-such.gguf', '--vram', '8GB', '--ram', '8GB'), 'model-not-found');
    assert.equal(code('gpt-oss-120b', '--vram', 'lots'), 'bad-request');
    assert.equal(code('gpt-oss-120b', '--kv', 'q1'), 'bad-request');
    assert.equal(code(), 'bad-request');
  });
});

describe('the engine’s dry run', () => {
  let hub: TestHub;
  let client: HubClient;
  before(async () => {
    hub = TestHub.create();
    client = await hub.connect();
  });
  after(() => hub.dispose());

  it('says what a load will take, but for rounding', async () => {
    const changes: Partial<LoadSettings>[] = [
      { contextSize: 1_024 },
      { contextSize: 4_096, sequences: 3, batchSize: 64 },
      { contextSize: 2_048, flashAttention: false },
    ];
    const quantized: Partial<LoadSettings> = { contextSize: 2_048, kvCacheType: 'q8_0' };
    const models: [string, Partial<LoadSettings>[]][] = [
      [TINY_GPT_OSS, [...changes, quantized]],
      // Its heads are too small for a quantized cache.
      [TINY_LLAMA, changes],
      [join(ROOT, 'models/ember.gguf'), [...changes, quantized]],
    ];
    for (const [path, all] of models)
      for (const change of all) {
        const load = { ...TEST_LOAD, useMmap: 'off' as const, ...change };
        await client.request(UnloadModel, {});
        await client.request(UpdateSettings, { load });
        const wishes = { context: Number(load.contextSize), sequences: load.sequences, batch: load.batchSize, flashAttention: load.flashAttention, ...(load.kvCacheType !== undefined && { kvType: load.kvCacheType }) }; // prettier-ignore
        const { plan } = await client.request(PlanModel, { model: path, wishes, dryRun: true });
        const what = `${path} ${JSON.stringify(change)}`;
        assert.equal(plan.basis, 'simulated', what);
        await client.request(LoadModel, { path });
        const { planned, taken } = (await client.request(SubscribeState, null)).state.models[0]!;
        assert.ok(planned !== undefined && taken !== undefined);
        // Rounding: of each part of the weights.
        const apart = plan.weights.ramBytes + plan.kvBytes + plan.computeBytes - takenBytes(taken);
        assert.ok(Math.abs(apart) < 256, `${what}: ${apart}`);
        assert.equal(planned.basis, 'simulated', what);
        assert.ok(Math.abs(plannedBytes(planned) - takenBytes(taken)) < 256, what);
      }
  });

  it('says before a load that the engine cannot do it', async () => {
    const path = writeMissingTensor(hub.home);
    const { plan } = await client.request(PlanModel, { model: path, dryRun: true });
    assert.deepEqual([plan.loadable, plan.basis], [false, 'computed']);
    assert.match(
      plan.reason,
      /^The engine cannot load missing-tensor\.gguf so: missing tensor 'blk\.1\.attn_q\.weight'/,
    );
  });
});
