import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubClient } from '../../src/client/hub-client';
import { describeModel } from '../../src/hub/models/model-file';
import { HearthError } from '../../src/shared/protocol/errors';
import { AddModel, ListModels, LoadModel, UnloadModel } from '../../src/shared/protocol/models';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { StateChanged, SubscribeState } from '../../src/shared/protocol/system';
import {
  writeEmptyModel,
  writeGarbageModel,
  writeLyingHeader,
  writeMissingTensor,
  writeTruncatedModel,
  writeUnknownArchitecture,
} from '../support/broken-gguf';
import { TEST_LOAD, TestHub, TINY_GPT_OSS, TINY_LLAMA, WatchedConversation } from '../support/hub';

describe('models', () => {
  let hub: TestHub;
  let client: HubClient;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hearth-models-'));
    hub = TestHub.create();
    client = await hub.connect();
  });
  after(async () => {
    await hub.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are found in the configured folders, with what their headers say', async () => {
    mkdirSync(join(folder, 'models/deep/er'), { recursive: true });
    copyFileSync(TINY_LLAMA, join(folder, 'models/deep/er/chat.gguf'));
    await client.request(UpdateSettings, { modelFolders: [join(folder, 'models')] });
    const models = await client.request(ListModels, null);
    const found = models.find(({ name }) => name === 'chat');
    assert.equal(found?.facts?.architecture, 'llama');
    assert.equal(found.source, 'folder');
    const added = await client.request(AddModel, { path: TINY_GPT_OSS });
    assert.deepEqual(
      { ...added.facts, parameters: undefined },
      {
        architecture: 'gpt-oss',
        quantization: 'MXFP4',
        parameters: undefined,
        contextLength: 8192,
        layers: 4,
        experts: 8,
      },
    );
    assert.ok(
      (await client.request(ListModels, null)).some(
        ({ path, source }) => path === TINY_GPT_OSS && source === 'added',
      ),
    );
  });

  it('are switched in the middle of a conversation, which goes on with the other one', async () => {
    await client.request(UpdateSettings, { conversation: { ...(await settings()), maxTokens: 30 } });
    const chat = await WatchedConversation.create(client);
    const first = await chat.ask('hello');
    assert.equal(first.model, 'tiny-gpt-oss');
    const loaded = await client.request(LoadModel, { path: TINY_LLAMA });
    assert.equal(loaded.loaded?.promptFormat, 'template');
    const second = await chat.ask('and you?');
    assert.equal(second.model, 'tiny-llama');
    assert.equal(second.stopReason === 'failed', false);
    assert.equal((await hub.record()).workers.length, 1, 'the first model gave its memory back');
    await client.request(LoadModel, { path: TINY_GPT_OSS });
    const third = await chat.ask('back again');
    assert.equal(third.model, 'tiny-gpt-oss');
  });

  it('report their loading step by step', async () => {
    await client.request(UnloadModel, {});
    await client.request(SubscribeState, null);
    const kinds = new Set<string>();
    const subscription = client.on(StateChanged, ({ patch }) => {
      for (const model of patch.models ?? []) {
        kinds.add(model.status.kind === 'loading' ? model.status.progress.phase : model.status.kind);
      }
    });
    const model = await client.request(LoadModel, {});
    const { state } = await client.request(SubscribeState, null);
    subscription.dispose();
    assert.equal(state.models[0]?.status.kind, 'ready');
    assert.ok(kinds.has('starting'), [...kinds].join());
    assert.ok(model.loaded !== undefined && model.loaded.totalLayers === 5);
    assert.ok(
      model.loaded.weights.ramBytes > 0 && model.memory !== undefined && model.memory.ramTotalBytes > 0,
    );
  });

  it('load again when asked to, and after a change of the load settings', async () => {
    const first = (await hub.record()).workers;
    await client.request(LoadModel, {});
    assert.deepEqual((await hub.record()).workers, first, 'a resident model is ready at once');
    await client.request(LoadModel, { reload: true });
    const second = (await hub.record()).workers;
    assert.notDeepEqual(second, first);
    const { state } = await client.request(SubscribeState, null);
    await client.request(UpdateSettings, { load: { ...state.settings.load, contextSize: 1024 } });
    const model = await client.request(LoadModel, {});
    assert.equal(model.loaded?.contextSize, 1024);
    await client.request(UpdateSettings, { load: { ...state.settings.load } });
  });

  it('keep what was loaded when a LoRA adapter is missing, and say which', async () => {
    const error = await failure(
      client.request(LoadModel, { loras: [{ path: join(folder, 'no.gguf'), scale: 1 }] }),
    );
    assert.equal(error.info.code, 'lora-failed');
    assert.match(error.message, /no\.gguf/);
    await client.request(LoadModel, {});
  });

  const broken: [string, () => string, RegExp, string][] = [
    ['missing', () => join(folder, 'nowhere.gguf'), /There is no file/, 'model-not-found'],
    ['a folder', () => folder, /is a folder/, 'model-not-a-file'],
    ['garbage', () => writeGarbageModel(folder), /not a GGUF file/, 'model-not-gguf'],
    ['empty', () => writeEmptyModel(folder), /not a GGUF file/, 'model-not-gguf'],
    ['truncated', () => writeTruncatedModel(folder), /should have [\d,]+ bytes but has/, 'model-damaged'],
    ['lying', () => writeLyingHeader(folder), /claims/, 'model-damaged'],
    [
      'of an unknown architecture',
      () => writeUnknownArchitecture(folder),
      /"hearthless"/,
      'model-unsupported',
    ],
    ['without a tensor', () => writeMissingTensor(folder), /attn_q/, 'model-load-failed'],
  ];
  for (const [name, make, message, code] of broken) {
    it(`that are ${name} get a sentence and a next step`, async () => {
      const error = await failure(client.request(LoadModel, { path: make() }));
      assert.match(error.message, message);
      assert.equal(error.info.code, code);
      assert.ok(error.info.advice.length > 10);
    });
  }

  it('still load after all of that', async () => {
    await client.request(LoadModel, { path: TINY_GPT_OSS });
  });

  it('that the user may not read are refused in words', function () {
    if (process.getuid?.() !== 0) this.skip();
    const home = mkdtempSync(join(tmpdir(), 'hearth-user-'));
    chmodSync(home, 0o777);
    const own = TestHub.create(home);
    const secret = join(home, 'secret.gguf');
    copyFileSync(TINY_GPT_OSS, secret);
    chmodSync(secret, 0o600);
    const uid = 65_534;
    const env = { HOME: home, XDG_RUNTIME_DIR: '' };
    try {
      const { code, stderr, stdout } = own.cli(['chat', 'hi', '--model', secret, '--json'], { uid, env });
      assert.equal(code, 1);
      assert.match(stderr, /may not read/);
      assert.equal(
        (JSON.parse(stdout.trim().split('\n').at(-1)!) as { code: string }).code,
        'model-unreadable',
      );
    } finally {
      own.cli(['stop'], { uid, env });
      rmSync(home, { recursive: true, force: true });
    }
  });

  async function settings() {
    return (await client.request(SubscribeState, null)).state.settings.conversation;
  }

  it('name the libraries that a GPU build lacks on this machine', async function () {
    if (existsSync('/proc/driver/nvidia/version') || process.platform !== 'linux') this.skip();
    await client.request(UpdateSettings, { activeModel: TINY_GPT_OSS, load: { ...TEST_LOAD, gpu: 'cuda' } });
    await assert.rejects(client.request(LoadModel, { reload: true }), (error: unknown) => {
      assert.ok(error instanceof HearthError);
      assert.equal(error.info.code, 'library-missing');
      assert.match(error.info.message, /libcudart\.so\.13/);
      assert.match(error.info.advice, /NVIDIA's driver and the CUDA 13 runtime/);
      return true;
    });
    await client.request(UpdateSettings, { load: TEST_LOAD });
  });
});

describe('a model in several files', () => {
  it('is one model; a missing part is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hearth-parts-'));
    try {
      const first = join(folder, 'big-00001-of-00002.gguf');
      copyFileSync(TINY_LLAMA, first);
      const incomplete = await describeModel(first, 'added');
      assert.equal(incomplete.error?.code, 'model-not-found');
      copyFileSync(TINY_LLAMA, join(folder, 'big-00002-of-00002.gguf'));
      const whole = await describeModel(first, 'added');
      assert.equal(whole.name, 'big');
      assert.ok(whole.facts !== undefined && existsSync(whole.path));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

async function failure(answer: Promise<unknown>): Promise<HearthError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof HearthError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'it did not fail' });
}
