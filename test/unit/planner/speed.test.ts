import assert from 'node:assert/strict';
import { findCard, gpuBandwidth } from '../../../src/planner/cards';
import { catalogueModel } from '../../../src/planner/catalogue';
import { planModel } from '../../../src/planner/plan';
import { DEFAULT_WISHES } from '../../../src/planner/wishes';
import type { Wishes } from '../../../src/shared/protocol/plan';

const GIB = 2 ** 30;
const large = catalogueModel('gpt-oss-120b')!.shape;

function speed(name: string, vramBytes: number, wishes: Partial<Wishes>) {
  const machine = { gpus: [{ name, vramBytes, usedBytes: 0 }], ramBytes: 128 * GIB, ramUsedBytes: 0 };
  return planModel(large, machine, { ...DEFAULT_WISHES, context: 8_192, ...wishes }).speed;
}

function within(actual: number, seen: number): void {
  assert.ok(actual < seen * 2 && actual > seen / 2, `${actual} is not within a factor of 2 of ${seen}`);
}

describe('the expected speed', () => {
  it('is within a factor of two of what was seen', () => {
    within(speed('NVIDIA GB10', 120 * GIB, {}).tokensPerSecond, 59);
    within(speed('NVIDIA GB10', 120 * GIB, { context: 32_768 }).atContextEnd, 41);
    within(speed('Radeon 8060S', 110 * GIB, {}).tokensPerSecond, 55);
    within(speed('RTX PRO 6000', 96 * GIB, { context: 12_288 }).atContextEnd, 134);
    const experts = (count: number) => ({ gpuLayers: 37, expertLayersInRam: count });
    within(speed('RTX 3090', 24 * GIB, experts(26)).tokensPerSecond, 33);
    within(speed('RTX 3070', 8 * GIB, experts(36)).tokensPerSecond, 25.6);
  });

  it('falls as the context fills, and rises with what is on the GPU', () => {
    const { tokensPerSecond, atContextEnd } = speed('RTX 4090', 24 * GIB, {});
    assert.ok(atContextEnd < tokensPerSecond);
    const fewer = speed('RTX 4090', 24 * GIB, { gpuLayers: 4 });
    assert.ok(fewer.tokensPerSecond < tokensPerSecond);
  });

  it('knows cards by what drivers and people call them', () => {
    assert.equal(findCard('NVIDIA GeForce RTX 4090')?.name, 'RTX 4090');
    assert.equal(findCard('rtx4090')?.name, 'RTX 4090');
    assert.equal(findCard('NVIDIA GeForce RTX 3090 Ti')?.name, 'RTX 3090 Ti');
    assert.equal(findCard('NVIDIA H100 80GB HBM3')?.name, 'H100');
    assert.equal(findCard('NVIDIA RTX PRO 6000 Blackwell Workstation Edition')?.bandwidth, 1_792e9);
    assert.equal(findCard('24GB'), undefined);
    const unknown = { name: 'GPU 1', vramBytes: 98e9, usedBytes: 0 };
    assert.deepEqual(gpuBandwidth(unknown), { bandwidth: 1_792e9, isKnown: false });
    assert.equal(gpuBandwidth({ ...unknown, bandwidth: 5e11 }).bandwidth, 5e11);
  });
});
