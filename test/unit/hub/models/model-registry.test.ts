import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { ModelRegistry } from '../../../../src/hub/models/model-registry';
import { hearthPaths } from '../../../../src/hub/storage/hearth-paths';
import { SettingsStore } from '../../../../src/hub/storage/settings-store';
import { encodeGguf, type GgufValue } from '../../../../tools/gguf/gguf-writer';
import { useTempFolder } from '../../../support/temp-folder';

describe('ModelRegistry', () => {
  const at = useTempFolder();
  const logged: string[] = [];
  let settings: SettingsStore;
  let registry: ModelRegistry;
  beforeEach(async () => {
    logged.length = 0;
    settings = await SettingsStore.open(hearthPaths(at()), () => undefined);
    registry = new ModelRegistry(settings, at('bundled'), at('own'), (line) => logged.push(line));
    for (const folder of ['bundled', 'own', 'extra/deep']) mkdirSync(at(folder), { recursive: true });
  });

  function write(
    path: string,
    metadata: Record<string, string> = { 'general.architecture': 'llama' },
  ): string {
    const values = Object.entries(metadata).map(
      ([key, value]) => [key, { type: 'string', value }] satisfies [string, GgufValue],
    );
    const tensors = [{ name: 't', shape: [4], type: 'F32' as const, data: new Uint8Array(16) }];
    writeFileSync(at(path), encodeGguf({ metadata: new Map(values), tensors }));
    return at(path);
  }

  it('lists bundled, own, configured and added models once each, and no adapters', async () => {
    const added = write('added.gguf');
    write('bundled/demo.gguf');
    write('own/mine.gguf');
    write('own/adapter.gguf', { 'general.architecture': 'llama', 'general.type': 'adapter' });
    write('extra/deep/far.gguf');
    const missing = at('missing');
    await settings.update({ modelFolders: [at('extra'), missing], modelFiles: [added], activeModel: added });
    const listed = await registry.list();
    assert.deepEqual(
      listed.map(({ name, source }) => `${source} ${name}`),
      ['bundled demo', 'folder mine', 'folder far', 'added added'],
    );
    assert.match(logged.join('\n'), /missing/);
  });

  it('chooses the setting, else the bundled model, else says what to do', async () => {
    await assert.rejects(registry.active(), /No model is configured/);
    const bundled = write('bundled/demo.gguf');
    assert.equal(await registry.active(), bundled);
    // Its adapter comes first by name, and is none.
    write('bundled/demo-adapter.gguf', { 'general.architecture': 'llama', 'general.type': 'adapter' });
    await settings.update({ activeModel: '' });
    assert.equal(await registry.active(), bundled);
    await settings.update({ activeModel: at('chosen.gguf') });
    assert.equal(await registry.active(), at('chosen.gguf'));
  });

  it('remembers an added file, but not one that is no model', async () => {
    const good = write('good.gguf');
    assert.ok((await registry.add(good)).facts);
    assert.ok((await registry.add(good)).facts);
    assert.equal((await registry.add(at('nothing.gguf'))).error?.code, 'model-not-found');
    assert.deepEqual(settings.current.modelFiles, [good]);
  });

  it('notices that a missing part has come', async () => {
    const first = write('m-00001-of-00002.gguf');
    await settings.update({ modelFiles: [first] });
    assert.equal((await registry.list())[0]?.error?.code, 'model-not-found');
    write('m-00002-of-00002.gguf');
    assert.ok((await registry.list())[0]?.facts);
  });
});
