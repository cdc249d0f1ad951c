import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BundledModels } from '../../../../src/hub/models/bundled-models';
import { DEFAULT_SETTINGS } from '../../../../src/hub/storage/settings-store';
import { useTempFolder } from '../../../support/temp-folder';

describe('BundledModels', () => {
  const at = useTempFolder();
  function bundled(): BundledModels {
    mkdirSync(at('runtime/new/models'), { recursive: true });
    writeFileSync(at('runtime/new/models/demo.gguf'), '');
    return new BundledModels(at('runtime/new/dist'), at('runtime'));
  }

  it('lie beside the hub’s folder', () => {
    assert.equal(bundled().folder, at('runtime/new/models'));
  });

  it('are found by the path that they had in another version', () => {
    const models = bundled();
    assert.equal(models.current(at('runtime/old/models/demo.gguf')), at('runtime/new/models/demo.gguf'));
    for (const other of [at('models/demo.gguf'), at('runtime.gguf'), at('runtime'), '/demo.gguf']) {
      assert.equal(models.current(other), other);
    }
  });

  it('are meant by the settings too; one that is gone gives way to the default', () => {
    const models = bundled();
    const { load } = DEFAULT_SETTINGS;
    const loras = [{ path: at('runtime/old/models/lora.gguf'), scale: 1 }];
    assert.deepEqual(
      models.inSettings({ activeModel: at('runtime/old/models/demo.gguf'), load: { ...load, loras } }),
      {
        activeModel: at('runtime/new/models/demo.gguf'),
        load: { ...load, loras: [{ path: at('runtime/new/models/lora.gguf'), scale: 1 }] },
      },
    );
    assert.deepEqual(models.inSettings({ activeModel: at('runtime/old/models/gone.gguf') }), {
      activeModel: '',
    });
    const own = { activeModel: join('/', 'mine.gguf') };
    assert.deepEqual(models.inSettings(own), own);
    assert.deepEqual(models.inSettings({ activeModel: '' }), { activeModel: '' });
    assert.deepEqual(models.inSettings({}), {});
  });
});
