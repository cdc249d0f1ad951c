import assert from 'node:assert/strict';
import { findCard, gpuBandwidth, shownBytes } from '../../../src/planner/cards';
import { parseGpus } from '../../../src/planner/machine';
import { errorInfo } from '../../../src/shared/protocol/errors';

const found = (name: string) => findCard(name)?.name;
/** What is planned for: names with the sizes that their makers give. GiB. */
const typed = (text: string) =>
  parseGpus(text).map(({ name, vramBytes }) => [name, Math.round((vramBytes / shownBytes(1)) * 10) / 10]);

describe('cards', () => {
  it('are known by what drivers and people call them', () => {
    assert.equal(found('NVIDIA GeForce RTX 4090'), 'RTX 4090');
    assert.equal(found('rtx4090'), 'RTX 4090');
    assert.equal(found('NVIDIA GeForce RTX 3090 Ti'), 'RTX 3090 Ti');
    assert.equal(found('NVIDIA H100 80GB HBM3'), 'H100');
    assert.equal(found('Intel(R) Arc(TM) A770 Graphics'), 'Arc A770');
    assert.equal(findCard('NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition')?.bandwidth, 1_792e9);
    assert.equal(found('24GB'), undefined);
  });

  it('are not taken for others whose names they have a part of', () => {
    assert.deepEqual(['L40', 'L40S', 'NVIDIA L4'].map(found), ['L40', 'L40S', 'L4']);
    for (const other of ['RTX A1000', 'NVIDIA T400 4GB', 'RTX 4070 GRE', 'RX 7900 GRE', 'GTX 14090'])
      assert.equal(found(other), undefined, other);
  });

  it('of laptops are others', () => {
    assert.equal(found('NVIDIA GeForce RTX 4090 Laptop GPU'), 'RTX 4090 Laptop');
    assert.equal(found('RTX 3080 Max-Q'), 'RTX 3080 Laptop');
    assert.equal(found('RTX 2070 Laptop'), undefined);
  });

  it('of one name are told apart by their size', () => {
    assert.equal(findCard('NVIDIA A100-SXM4-40GB')?.gib, 40);
    assert.equal(findCard('A100')?.gib, 80);
    assert.equal(findCard('A100', shownBytes(40))?.bandwidth, 1_555e9);
  });

  it('have the size that is typed beside their name, or else the usual one', () => {
    assert.deepEqual(typed('A100 40GB, RTX 3060 8GB, RTX 3060'), [
      ['A100', 40],
      ['RTX 3060', 8],
      ['RTX 3060', 12],
    ]);
    assert.deepEqual(typed('2x RTX 3090, rtx4090 laptop'), [
      ['RTX 3090', 24],
      ['RTX 3090', 24],
      ['RTX 4090 Laptop', 16],
    ]);
    assert.deepEqual(typed('Quadro P1000 4GB'), [['Quadro P1000', 4]]);
    assert.equal(gpuBandwidth(parseGpus('A100 40GB')[0]!).bandwidth, 1_555e9);
  });

  it('that nobody knows need a size', () => {
    const refused = (text: string, message: RegExp, advice: RegExp) =>
      assert.throws(
        () => parseGpus(text),
        (error) => message.test(errorInfo(error).message) && advice.test(errorInfo(error).advice),
      );
    refused('Quadro P1000', /"Quadro P1000" is no card that is known here/, /"Quadro P1000 8GB".*RTX 4090/);
    refused('lots', /"lots" is no size/, /98GB/);
    refused('17x 24GB', /too many GPUs/, /up to 16/);
    refused('2', /too small/, /24GB/);
  });

  it('have a bandwidth that is known, said, or usual for their size', () => {
    const unknown = { name: 'GPU 1', vramBytes: 98e9, usedBytes: 0 };
    assert.deepEqual(gpuBandwidth(unknown), { bandwidth: 1_792e9, isKnown: false });
    assert.equal(gpuBandwidth({ ...unknown, bandwidth: 5e11 }).bandwidth, 5e11);
  });
});
