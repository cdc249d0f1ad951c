import assert from 'node:assert/strict';
import { withAdapters } from '../../../../src/worker/llama/adapter-use';

describe('withAdapters', () => {
  const weights = { vramBytes: 1_000, ramBytes: 100 };
  const laid = (gpu: 'cuda' | 'cpu', gpuLayers: number) => {
    const { vramBytes, ramBytes } = withAdapters(weights, 36, { gpu, gpuLayers, totalLayers: 37 });
    return [vramBytes - weights.vramBytes, ramBytes - weights.ramBytes];
  };

  it('counts adapters where their layers lie', () => {
    assert.deepEqual(laid('cuda', 37), [36, 0]);
    assert.deepEqual(laid('cuda', 19), [18, 18]);
    assert.deepEqual(laid('cuda', 1), [0, 36], 'only the output is on the GPU');
    assert.deepEqual(laid('cuda', 0), [0, 36]);
  });

  it('counts them in RAM without a GPU, whatever number of layers was asked for', () => {
    assert.deepEqual(laid('cpu', 37), [0, 36]);
  });
});
