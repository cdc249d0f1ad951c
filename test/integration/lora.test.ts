import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ListModels, LoadModel } from '../../src/shared/protocol/models';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { SubscribeState } from '../../src/shared/protocol/system';
import { MODELS, TestHub, TINY_GPT_OSS, TINY_LLAMA } from '../support/hub';

const LORA = join(MODELS, 'tiny-llama-lora.gguf');

describe('a LoRA adapter', () => {
  let hub: TestHub;
  before(async () => {
    hub = TestHub.create();
    await hub.connect({ activeModel: TINY_LLAMA });
  });
  after(() => hub.dispose());

  const answer = (...more: string[]) => {
    const { stdout, stderr } = hub.cli([
      'chat',
      'hello',
      '--seed',
      '5',
      '--max-tokens',
      '30',
      '--json',
      ...more,
    ]);
    const report = JSON.parse(stdout.trim().split('\n').at(-1)!) as { text?: string };
    return report.text ?? assert.fail(stderr);
  };

  it('changes what the model says, by its scale', () => {
    const plain = answer();
    const full = answer('--lora', LORA);
    assert.notEqual(full, plain);
    assert.notEqual(answer('--lora', `${LORA}:0.3`), full);
    assert.equal(answer('--lora', `${LORA}:0`), plain);
    assert.equal(answer(), plain, 'and it is gone again');
  });

  it('is laid over the model by the setting too, and named in the state', async () => {
    const client = await hub.connect(null);
    const { state } = await client.request(SubscribeState, null);
    const plain = answer();
    const loras = [{ path: LORA, scale: 1 }];
    await client.request(UpdateSettings, { load: { ...state.settings.load, loras } });
    const loaded = await client.request(LoadModel, {});
    assert.deepEqual(loaded.loras, loras);
    assert.notEqual(answer(), plain);
  });

  it('that belongs to another model is refused in words', () => {
    const { code, stderr } = hub.cli(['chat', 'hello', '--model', TINY_GPT_OSS, '--lora', LORA]);
    assert.equal(code, 1);
    assert.match(stderr, /tiny-llama-lora\.gguf.*could not be laid over/);
  });

  it('is not listed as a model', async () => {
    const client = await hub.connect({ modelFolders: [MODELS] });
    const names = (await client.request(ListModels, null)).map(({ name }) => name);
    assert.ok(names.includes('tiny-llama') && !names.includes('tiny-llama-lora'));
  });
});
