import assert from 'node:assert/strict';
import { keepChoices, settingsRule } from '../../../../src/extension/models/keep-choices';

describe('keepChoices', () => {
  const settings = { keepAliveMinutes: 30, idleMinutes: null };

  it('marks what holds now, and offers to unload', () => {
    const labels = (current: Parameters<typeof keepChoices>[0]) =>
      keepChoices(current, settings).map(({ label }) => label.replace('$(blank) ', ''));
    assert.deepEqual(labels(undefined).slice(0, 3), [
      '$(check) As the settings say',
      'Pinned',
      '5 min after its last request',
    ]);
    assert.ok(labels('pinned').includes('$(check) Pinned'));
    assert.deepEqual(labels(90).slice(4, 7), [
      '60 min after its last request',
      '$(check) 90 min after its last request',
      '240 min after its last request',
    ]);
    assert.equal(labels(undefined).at(-1), '$(debug-stop) Unload now');
  });

  it('says what the settings say', () => {
    assert.equal(settingsRule(settings), '30 min after the last window closed');
    assert.equal(
      settingsRule({ keepAliveMinutes: 5, idleMinutes: 20 }),
      '5 min after the last window closed, or 20 min after its last request',
    );
  });
});
