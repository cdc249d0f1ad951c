import assert from 'node:assert/strict';
import { outsideTolerance, type PlannedRow } from '../../bench/plan-tolerance';

const row: PlannedRow = {
  model: 'm',
  settings: '2048',
  plannedBytes: 1_000e6,
  reportedBytes: 1_000e6,
  simulatedBytes: 1_000e6,
  plannedRamBytes: 1_100e6,
  anonymousBytes: 1_100e6,
};
const rows = (more: Partial<PlannedRow>) => outsideTolerance({ ...row, ...more });

describe('the tolerance of the plan bench', () => {
  it('is 2 % of what the engine reports', () => {
    assert.deepEqual(rows({ plannedBytes: 1_020e6 }), []);
    assert.deepEqual(rows({ plannedBytes: 1_022e6 }), ['m, 2048: buffers 953.7 MiB, planned 974.7 MiB']);
    assert.equal(rows({ plannedBytes: 978e6 }).length, 1, 'too little is wrong as well');
  });

  it('is nothing for the engine’s own dry run', () => {
    assert.deepEqual(rows({ simulatedBytes: 1_000e6 + 1_000 }), []);
    assert.deepEqual(rows({ simulatedBytes: 1_001e6 }), ['m, 2048: buffers in a dry run 953.7 MiB, planned 954.6 MiB']); // prettier-ignore
    assert.deepEqual(rows({ simulatedBytes: undefined }), [], 'nobody asked');
  });

  it('is 2 % and 50 MB of what the system counts', () => {
    assert.deepEqual(rows({ plannedRamBytes: 1_170e6 }), []);
    assert.deepEqual(rows({ plannedRamBytes: 1_020e6 }), ['m, 2048: process 1049.0 MiB, planned 972.7 MiB']);
    assert.deepEqual(rows({ plannedRamBytes: 0, anonymousBytes: undefined }), [], 'nobody counted');
  });
});
