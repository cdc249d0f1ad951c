import assert from 'node:assert/strict';
import { otherReading, parseGpus, parseSize } from '../../../src/planner/machine';

describe('sizes', () => {
  it('are decimal or binary, as they are written', () => {
    assert.deepEqual(['98GB', '95.6 GiB', '97887MiB', '1tb', '512'].map(parseSize), [
      98e9,
      95.6 * 2 ** 30,
      97_887 * 2 ** 20,
      1e12,
      512,
    ]);
    for (const wrong of ['', 'GB', '98 XB', '-3GB', '1e3GB'])
      assert.throws(() => parseSize(wrong), /is no size/);
  });

  it('of several GPUs are separated by commas', () => {
    assert.deepEqual(
      parseGpus('96GB, 24GB').map(({ vramBytes }) => vramBytes),
      [96e9, 24e9],
    );
    assert.deepEqual(parseGpus('0'), []);
  });

  it('have another reading where a card is sold in round figures', () => {
    assert.equal(otherReading(98e9), 97_887 * 2 ** 20);
    assert.equal(otherReading(95.6 * 2 ** 30), undefined);
    assert.equal(otherReading(77e9), undefined);
  });
});
