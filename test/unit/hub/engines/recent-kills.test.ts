import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { RecentKills } from '../../../../src/hub/engines/recent-kills';

describe('RecentKills', () => {
  let total: number | undefined;
  let kills: RecentKills;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval'] });
    total = 3;
    kills = new RecentKills(() => total);
  });
  afterEach(() => {
    kills.dispose();
    mock.timers.reset();
  });

  it('counts those of the last seconds, for five seconds at least', () => {
    assert.equal(kills.count(), 0);
    mock.timers.tick(4_999);
    total = 4;
    mock.timers.tick(4_000);
    assert.equal(kills.count(), 1);
  });

  it('forgets older ones: they have ended something else', () => {
    total = 4;
    mock.timers.tick(10_000);
    assert.equal(kills.count(), 0);
  });

  it('knows nothing where nobody counts', () => {
    total = undefined;
    assert.equal(kills.count(), undefined);
  });
});
