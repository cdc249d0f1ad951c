import assert from 'node:assert/strict';
import { compareVersions } from '../../../../src/shared/util/compare-versions';

describe('compareVersions', () => {
  it('has the order of semver', () => {
    const ordered = [
      '0.9.9',
      '0.10.0',
      '1.0.0-1',
      '1.0.0-rc.2',
      '1.0.0-rc.10',
      '1.0.0-rc.10.x',
      '1.0.0',
      '1.0.1',
    ];
    for (const [index, version] of ordered.entries()) {
      assert.equal(compareVersions(version, version), 0);
      for (const later of ordered.slice(index + 1)) {
        assert.ok((compareVersions(version, later) ?? 0) < 0, `${version} before ${later}`);
        assert.ok((compareVersions(later, version) ?? 0) > 0, `${later} after ${version}`);
      }
    }
    assert.equal(compareVersions('1.0.0+build', '1.0.0'), 0);
  });

  it('says nothing of what is no version', () => {
    assert.equal(compareVersions('test', '1.0.0'), undefined);
    assert.equal(compareVersions('1.0.0', ''), undefined);
  });
});
