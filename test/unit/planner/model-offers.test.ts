import assert from 'node:assert/strict';
import { modelOffers } from '../../../src/planner/model-offers';

const GIB = 2 ** 30;

describe('the models that are offered', () => {
  const check = (vramGib: number, ramGib: number, expected: string[]) => {
    const gpu = vramGib > 0 ? 'cuda' : 'cpu';
    it('knows GPUs of different sizes apart', () => {
      const two = (gpus?: { totalBytes: number; usedBytes: number }[]) =>
      modelOffers({ gpu: 'cuda', deviceNames: ['A', 'B'], vramTotalBytes: 18 * GIB, ramTotalBytes: 64 * GIB, ...(gpus && { gpus }) })[0]; // prettier-ignore
      assert.equal(two()?.fits, 'gpu');
      // The small one would have to hold a share of the driver's and the buffers as well.
      const lopsided = [17.5, 0.5].map((gib) => ({ totalBytes: gib * GIB, usedBytes: 0 }));
      assert.notEqual(two(lopsided)?.fits, 'gpu');
    });

    it(`with ${vramGib} GiB of VRAM and ${ramGib} GiB of RAM`, () => {
      const offers = modelOffers({
        gpu,
        deviceNames: [],
        vramTotalBytes: vramGib * GIB,
        ramTotalBytes: ramGib * GIB,
      });
      assert.deepEqual(
        offers.map(({ name, fits }) => `${name} ${fits}`),
        expected,
      );
    });
  };
  check(95.6, 123, ['gpt-oss-20b gpu', 'gpt-oss-120b gpu']);
  check(24, 64, ['gpt-oss-20b gpu', 'gpt-oss-120b partly']);
  check(8, 32, ['gpt-oss-20b partly', 'gpt-oss-120b no']);
  check(0, 24, ['gpt-oss-20b ram', 'gpt-oss-120b no']);
  check(0, 8, ['gpt-oss-20b no', 'gpt-oss-120b no']);
  // The weights alone would fit; the context would not.
  check(59.5, 8, ['gpt-oss-20b gpu', 'gpt-oss-120b partly']);

  it('count memory once that processor and GPU share', () => {
    const of = (unifiedGib: number) => modelOffers({ gpu: 'metal', deviceNames: ['GPU'], vramTotalBytes: 48 * GIB, ramTotalBytes: 64 * GIB, unifiedBytes: unifiedGib * GIB })[1]; // prettier-ignore
    assert.equal(of(0)?.fits, 'partly');
    assert.deepEqual([of(48)?.fits, of(48)?.verdict], ['no', 'too large for this machine\'s 64.0 GiB of memory']); // prettier-ignore
  });

  it('by their sizes alone, while the machine is not known', () => {
    assert.deepEqual(
      modelOffers(undefined).map(({ name, fits, verdict }) => [name, fits, verdict]),
      [
        ['gpt-oss-20b', undefined, ''],
        ['gpt-oss-120b', undefined, ''],
      ],
    );
  });

  it('says how much goes to the GPU', () => {
    const [, large] = modelOffers({
      gpu: 'cuda',
      deviceNames: [],
      vramTotalBytes: 24 * GIB,
      ramTotalBytes: 64 * GIB,
    });
    assert.equal(large?.verdict, 'fits with 14 of 37 layers on the GPU, the rest in RAM');
  });
});
