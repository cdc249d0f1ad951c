import assert from 'node:assert/strict';
import { parseNvidiaGpus } from '../../../../src/hub/hardware/nvidia-smi';

describe('parseNvidiaGpus', () => {
  it('reads a line a card', () => {
    const csv =
      'NVIDIA RTX PRO 6000 Blackwell Workstation Edition, 97887, 1024, 37, 580.82.07\n' +
      'NVIDIA GeForce RTX 4090, 24564, 0, 0, 580.82.07\n';
    assert.deepEqual(parseNvidiaGpus(csv), [
      {
        name: 'NVIDIA RTX PRO 6000 Blackwell Workstation Edition',
        totalBytes: 97_887 * 2 ** 20,
        usedBytes: 2 ** 30,
        utilization: 0.37,
        driver: '580.82.07',
      },
      {
        name: 'NVIDIA GeForce RTX 4090',
        totalBytes: 24_564 * 2 ** 20,
        usedBytes: 0,
        utilization: 0,
        driver: '580.82.07',
      },
    ]);
  });

  it('lives with what a card does not say', () => {
    const [gpu] = parseNvidiaGpus('NVIDIA H100 80GB HBM3, 81559, 12, [N/A], 570.1');
    assert.equal(gpu?.utilization, undefined);
    assert.equal(gpu?.usedBytes, 12 * 2 ** 20);
  });

  for (const [what, text] of [
    ['nothing', ''],
    ['words', 'No devices were found\n'],
    ['a card without a memory size', 'NVIDIA GB10, [N/A], [N/A], 0, 580.1\n'],
    ['a line that broke off', 'NVIDIA H100, 815'],
  ] as const) {
    it(`makes no GPU of ${what}`, () => assert.deepEqual(parseNvidiaGpus(text), []));
  }

  it('leaves a comma in a name where it is', () => {
    assert.equal(parseNvidiaGpus('Card, large, 100, 10, 5, 1.0')[0]?.name, 'Card, large');
  });
});
