import assert from 'node:assert/strict';
import { otherGpus, otherReading, parseGpus } from '../../../src/planner/machine';
import { parseSize } from '../../../src/shared/util/parse-size';

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

  it('are those of cards that there are: only 98 GB is a misreading of a smaller one', () => {
    const shown = (gib: number) => (gib * 97_887 * 2 ** 20) / 96;
    for (const size of [6, 8, 10, 11, 12, 24, 96, 192])
      assert.ok(Math.abs((otherReading(size * 1e9) ?? 0) - shown(size)) < 1, `${size} GB`);
    for (const size of [14, 18, 26, 50, 66, 82, 130, 194]) assert.equal(otherReading(size * 1e9), undefined);
  });

  it('are read in another way for several GPUs only where all have the same', () => {
    const two = otherGpus(parseGpus('24GB,24GB'));
    assert.deepEqual(two?.gpus.map(({ vramBytes }) => vramBytes), [two!.vramBytes, two!.vramBytes]);
    assert.ok(two.vramBytes > 25e9);
    assert.equal(otherGpus(parseGpus('98GB'))?.vramBytes, 97_887 * 2 ** 20);
    for (const text of ['96GB,24GB', '0', 'RTX 4090']) assert.equal(otherGpus(parseGpus(text)), undefined);
  }); // prettier-ignore
});
