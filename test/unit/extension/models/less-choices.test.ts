import assert from 'node:assert/strict';
import { lessChoices } from '../../../../src/extension/models/less-choices';
import { DEFAULT_SETTINGS } from '../../../../src/hub/storage/settings-store';

const settings = DEFAULT_SETTINGS.load;

describe('lessChoices', () => {
  const changes = (...args: Parameters<typeof lessChoices>) =>
    lessChoices(...args).map((choice) => choice.changes);

  it('starts from what the last load took', () => {
    const loaded = { contextSize: 131_072, gpuLayers: 37, totalLayers: 37, sequences: 2 };
    assert.deepEqual(changes(settings, loaded, 131_072, 36), [
      { contextSize: 65_536 },
      { contextSize: 32_768 },
      { contextSize: 16_384 },
      { gpuLayers: 31 },
      { gpuLayers: 18 },
      { gpuLayers: 0 },
      { sequences: 1 },
    ]);
  });

  it('takes the settings and the file where no load came that far', () => {
    assert.deepEqual(changes({ ...settings, contextSize: 8_192, gpuLayers: 10 }, undefined, 131_072, 36), [
      { contextSize: 4_096 },
      { contextSize: 2_048 },
      { gpuLayers: 8 },
      { gpuLayers: 5 },
      { gpuLayers: 0 },
    ]);
    assert.deepEqual(changes(settings, undefined, 4_096, 36)[0], { contextSize: 2_048 });
  });

  it('offers nothing that there is no less of', () => {
    const loaded = { contextSize: 2_048, gpuLayers: 0, totalLayers: 37, sequences: 1 };
    assert.deepEqual(changes(settings, loaded, 131_072, 36), []);
    assert.deepEqual(changes(settings, undefined, undefined, undefined), []);
  });
});
