import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hearthPaths } from '../../../../src/hub/storage/hearth-paths';
import { DEFAULT_SETTINGS, SettingsStore } from '../../../../src/hub/storage/settings-store';
import { errorInfo } from '../../../../src/shared/protocol/errors';
import type { HubSettings } from '../../../../src/shared/protocol/settings';
import { useTempFolder } from '../../../support/temp-folder';

describe('SettingsStore', () => {
  const at = useTempFolder();
  const logged: string[] = [];
  const open = () => SettingsStore.open(hearthPaths(at()), (line) => logged.push(line));
  const load = DEFAULT_SETTINGS.load;

  it('begins with the defaults and writes nothing until something is set', async () => {
    assert.deepEqual((await open()).current, DEFAULT_SETTINGS);
    assert.deepEqual(readdirSync(at()), []);
  });

  it('keeps what was set, tells once, and completes what is left out', async () => {
    const store = await open();
    const seen: HubSettings[] = [];
    store.onDidChange((settings) => seen.push(settings));
    await store.update({ activeModel: '/m.gguf', keepAliveMinutes: 5 });
    await store.update({ activeModel: '/m.gguf' });
    assert.equal(seen.length, 1);
    const again = await open();
    assert.deepEqual(again.current, { ...DEFAULT_SETTINGS, activeModel: '/m.gguf', keepAliveMinutes: 5 });
    const { mtimeMs, ino } = statSync(at('settings.json'));
    await again.update({ keepAliveMinutes: 5 });
    const now = statSync(at('settings.json'));
    assert.deepEqual([now.mtimeMs, now.ino], [mtimeMs, ino], 'what is on disk is not written again');
  });

  it('ends with the last of many updates at once, in memory and on disk', async () => {
    const store = await open();
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        store.update({ keepAliveMinutes: index, modelFolders: ['/x'] }),
      ),
    );
    assert.equal(store.current.keepAliveMinutes, 29);
    assert.deepEqual((await open()).current, store.current);
  });

  it('brings figures into range and drops what is none', async () => {
    const store = await open();
    const cases: [Partial<HubSettings>, (settings: HubSettings) => unknown, unknown][] = [
      [{ load: { ...load, sequences: 0 } }, (s) => s.load.sequences, 1],
      [{ load: { ...load, sequences: 1_000 } }, (s) => s.load.sequences, 64],
      [{ load: { ...load, sequences: NaN } }, (s) => s.load.sequences, 1],
      [{ load: { ...load, batchSize: 1.5 } }, (s) => s.load.batchSize, 32],
      [{ load: { ...load, threads: 100_000 } }, (s) => Number(s.load.threads) < 100_000, true],
      [{ load: { ...load, threads: 'auto' } }, (s) => s.load.threads, 'auto'],
      [{ load: { ...load, gpuLayers: -3 } }, (s) => s.load.gpuLayers, 0],
      [{ load: { ...load, contextSize: -3 } }, (s) => s.load.contextSize, 1],
      [{ load: { ...load, kvCacheType: 'q8_0' } }, (s) => s.load.kvCacheType, 'q8_0'],
      [{ load: { ...load, kvCacheType: 'q1' as 'q8_0' } }, (s) => s.load.kvCacheType, 'f16'],
      [{ load: { ...load, useMmap: true as unknown as 'on' } }, (s) => s.load.useMmap, 'auto'],
      [{ keepAliveMinutes: -1 }, (s) => s.keepAliveMinutes, 0],
      [{ keepAliveMinutes: 0.5 }, (s) => s.keepAliveMinutes, 0.5],
      [{ keepAliveMinutes: NaN }, (s) => s.keepAliveMinutes, 30],
      [{ maxLoadedModels: 99 }, (s) => s.maxLoadedModels, 16],
    ];
    for (const [patch, read, expected] of cases)
      assert.deepEqual(read(await store.update(patch)), expected, JSON.stringify(patch));
  });

  it('works with a file that was edited by hand', async () => {
    const settings = { modelFolders: 'x', modelFiles: [1, '/a'], activeModel: 5, load: { loras: 'x' }, maxLoadedModels: 'x' }; // prettier-ignore
    writeFileSync(at('settings.json'), JSON.stringify({ settings }));
    const { current } = await open();
    assert.deepEqual(current, { ...DEFAULT_SETTINGS, modelFiles: ['/a'] });
  });

  it('fills in what an older version did not know', async () => {
    const settings = { conversation: { sampling: { temperature: 0.5 } }, load: { gpu: 'cpu' } };
    writeFileSync(at('settings.json'), JSON.stringify({ version: 1, settings }));
    const { current } = await open();
    assert.deepEqual(current.load, { ...load, gpu: 'cpu' });
    assert.deepEqual(current.conversation.sampling, {
      ...DEFAULT_SETTINGS.conversation.sampling,
      temperature: 0.5,
    });
  });

  it('sets aside, unharmed, what is damaged or of a later version', async () => {
    const later = JSON.stringify({ version: 2, settings: { keepAliveMinutes: 7 } });
    for (const text of ['{"settings": {"keep', 'null', '[]', '{"settings": null}', later]) {
      writeFileSync(at('settings.json'), text);
      assert.deepEqual((await open()).current, DEFAULT_SETTINGS);
      const [aside] = readdirSync(at('damaged'));
      assert.equal(readFileSync(at('damaged', aside!), 'utf8'), text);
      rmSync(at('damaged'), { recursive: true });
    }
    assert.equal(logged.length, 5);
  });

  it('says when it cannot be stored, and stores it at the next try', async () => {
    const store = await open();
    mkdirSync(at('settings.json', 'in-the-way'), { recursive: true });
    await assert.rejects(
      store.update({ keepAliveMinutes: 5 }),
      (error) => errorInfo(error).code === 'storage-failed',
    );
    rmSync(at('settings.json'), { recursive: true });
    await store.update({ keepAliveMinutes: 5 });
    assert.equal((await open()).current.keepAliveMinutes, 5);
  });
});
