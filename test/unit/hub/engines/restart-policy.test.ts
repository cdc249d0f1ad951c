import assert from 'node:assert/strict';
import { RestartPolicy } from '../../../../src/hub/engines/restart-policy';

describe('RestartPolicy', () => {
  it('waits longer after each fast death, and gives up after the fifth', () => {
    const policy = new RestartPolicy();
    const delays = [0, 1_000, 59_999, 0, 10].map((upMs) => policy.died('/m', upMs));
    assert.deepEqual(delays, [1_000, 2_000, 5_000, 15_000, undefined]);
    assert.equal(policy.deaths('/m'), 5);
    assert.equal(policy.died('/m', 10), undefined, 'It stays given up.');
    assert.equal(policy.died('/other', 10), 1_000, 'Each model counts for itself.');
  });

  it('begins anew with one that had worked for a while', () => {
    const policy = new RestartPolicy();
    for (let i = 0; i < 5; i++) policy.died('/m', 0);
    assert.equal(policy.died('/m', 60_000), 1_000);
    assert.equal(policy.deaths('/m'), 1);
  });
});
