import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hubSettings } from '../../../../src/extension/settings/hub-settings';
import { DEFAULT_HARMONY_SYSTEM } from '../../../../src/shared/util/system-message';
import { ROOT } from '../../../support/checkout';

interface Property {
  default: unknown;
  scope: string;
  markdownDescription: string;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  contributes: { configuration: { properties: Record<string, Property> }[] };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
};
const properties = Object.fromEntries(
  manifest.contributes.configuration.flatMap((group) => Object.entries(group.properties)),
);
const defaults = (key: string): unknown => properties[`hearth.${key}`]?.default;

describe('the settings in package.json', () => {
  it('have the defaults that the hub has', () => {
    assert.deepEqual(hubSettings(defaults), {
      activeModel: '',
      modelFolders: [],
      modelFiles: [],
      load: {
        gpu: 'auto',
        gpuLayers: 'auto',
        contextSize: 'auto',
        sequences: 1,
        batchSize: 512,
        flashAttention: true,
        kvCacheType: 'f16',
        useMmap: 'auto',
        threads: 'auto',
        loras: [],
      },
      conversation: {
        system: DEFAULT_HARMONY_SYSTEM,
        instructions: '',
        effort: 'medium',
        sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 },
      },
      keepAliveMinutes: 30,
      idleMinutes: null,
      maxLoadedModels: 1,
      makeRoom: 'ask',
    });
  });

  it('are the user’s alone: no folder can set one', () => {
    for (const [key, { scope }] of Object.entries(properties)) assert.equal(scope, 'machine', key);
    assert.deepEqual(
      manifest.capabilities.untrustedWorkspaces.restrictedConfigurations,
      Object.keys(properties),
    );
  });

  it('are all described', () => {
    for (const [key, { markdownDescription }] of Object.entries(properties))
      assert.ok(markdownDescription, key);
  });
});

describe('hubSettings', () => {
  const withValues = (values: Record<string, unknown>) =>
    hubSettings((key) => (key in values ? values[key] : defaults(key)));

  it('takes what is set', () => {
    const settings = withValues({
      model: '/m/a.gguf',
      gpuLayers: 20,
      contextSize: 8192,
      kvCacheType: 'q8_0',
      useMmap: 'off',
      loras: [{ path: '/l.gguf' }, { path: '/k.gguf', scale: 0.5 }],
      seed: 7,
      maxTokens: 100,
    });
    assert.equal(settings.activeModel, '/m/a.gguf');
    assert.equal(settings.load.gpuLayers, 20);
    assert.equal(settings.load.contextSize, 8192);
    assert.equal(settings.load.kvCacheType, 'q8_0');
    assert.equal(settings.load.useMmap, 'off');
    assert.deepEqual(settings.load.loras, [
      { path: '/l.gguf', scale: 1 },
      { path: '/k.gguf', scale: 0.5 },
    ]);
    assert.equal(settings.conversation.sampling.seed, 7);
    assert.equal(settings.conversation.maxTokens, 100);
  });

  it('survives what settings.json may hold', () => {
    const settings = withValues({
      model: 5,
      modelFolders: 'no list',
      modelFiles: ['/a', 3, ''],
      gpu: 'quantum',
      makeRoom: 'never',
      gpuLayers: 'auto',
      contextSize: -1,
      kvCacheType: 'q1_0',
      useMmap: true,
      loras: [null, { scale: 1 }, 'x'],
      temperature: 'hot',
      maxTokens: 0,
    });
    assert.equal(settings.activeModel, '');
    assert.deepEqual(settings.modelFolders, []);
    assert.deepEqual(settings.modelFiles, ['/a']);
    assert.equal(settings.load.gpu, 'auto');
    assert.equal(settings.makeRoom, 'ask');
    assert.equal(settings.load.gpuLayers, 'auto');
    assert.equal(settings.load.contextSize, 'auto');
    assert.equal(settings.load.kvCacheType, 'f16');
    assert.equal(settings.load.useMmap, 'auto');
    assert.deepEqual(settings.load.loras, []);
    assert.equal(settings.conversation.sampling.temperature, 1);
    assert.equal('maxTokens' in settings.conversation, false);
  });
});
