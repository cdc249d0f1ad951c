import assert from 'node:assert/strict';
import {
  findRun,
  matchRun,
  measuredUse,
  MOST_RUNS,
  withRun,
  withSpeed,
  type MeasuredRun,
  type RunKey,
} from '../../../../src/hub/engines/measured-runs';

const key: RunKey = {
  file: '63000000000:1',
  gpu: 'cuda',
  devices: ['H100'],
  gpuLayers: 37,
  context: 131_072,
  sequences: 1,
  batch: 512,
  kvType: 'f16',
  flashAttention: true,
  useMmap: true,
  loras: [],
};
const run: MeasuredRun = {
  key,
  at: 1,
  weights: { vramBytes: 600, ramBytes: 6 },
  context: { vramBytes: 60, ramBytes: 1 },
  anonymousBytes: 20,
};

describe('measured runs', () => {
  it('are found by the same file, devices and settings, and by nothing less', () => {
    const runs = withRun([], run);
    assert.equal(findRun(runs, { ...key })?.weights.vramBytes, 600);
    const others: Partial<RunKey>[] = [{ file: 'x' }, { devices: ['L4'] }, { context: 8_192 }, { kvType: 'q8_0' }, { loras: ['/a'] }]; // prettier-ignore
    for (const other of others) assert.equal(findRun(runs, { ...key, ...other }), undefined);
  });

  it('are found by a part of that, the newest first', () => {
    const runs = withRun(withRun([], run), { ...run, key: { ...key, useMmap: false }, at: 2 });
    assert.equal(matchRun(runs, { file: key.file, devices: ['H100'], context: 131_072 })?.at, 2);
    assert.equal(matchRun(runs, { devices: [] }), undefined);
  });

  it('keep one entry each, with the newest memory and a speed that follows slowly', () => {
    let runs = withSpeed(withRun([], run), key, 100, 2);
    assert.equal(findRun(runs, key)?.tokensPerSecond, 100);
    runs = withSpeed(runs, key, 200, 3);
    assert.equal(findRun(runs, key)?.tokensPerSecond, 130);
    runs = withRun(runs, { ...run, at: 4, weights: { vramBytes: 601, ramBytes: 6 } });
    assert.equal(runs.length, 1);
    assert.equal(runs[0]?.tokensPerSecond, 130);
    assert.equal(runs[0].weights.vramBytes, 601);
    assert.deepEqual(withSpeed(runs, { ...key, context: 1 }, 5, 5), runs);
  });

  it('are capped: who has been used longest ago goes', () => {
    let runs: MeasuredRun[] = [];
    for (let at = 0; at < MOST_RUNS + 5; at += 1)
      runs = withRun(runs, { ...run, at, key: { ...key, context: at } });
    assert.equal(runs.length, MOST_RUNS);
    assert.equal(findRun(runs, { ...key, context: 4 }), undefined);
    assert.ok(findRun(runs, { ...key, context: 5 }));
  });

  it('take the place of what was computed', () => {
    const computed = { totalVramBytes: 1, totalRamBytes: 1, weights: { vramBytes: 1, ramBytes: 1 }, kvBytes: 50, computeBytes: 1, smallContext: { vramBytes: 7, ramBytes: 2 }, basis: 'computed' as const }; // prettier-ignore
    assert.deepEqual(measuredUse(computed, { ...run, tokensPerSecond: 130 }), {
      totalVramBytes: 667,
      totalRamBytes: 22,
      weights: run.weights,
      kvBytes: 50,
      computeBytes: 11,
      smallContext: { vramBytes: 7, ramBytes: 2 },
      basis: 'measured',
      tokensPerSecond: 130,
    });
  });
});
