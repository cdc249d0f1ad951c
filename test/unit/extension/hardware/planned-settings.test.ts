import assert from 'node:assert/strict';
import { plannedSettings, wishesOf } from '../../../../src/extension/hardware/planned-settings';
import { DEFAULT_SETTINGS } from '../../../../src/hub/storage/settings-store';
import type { PlanWishes } from '../../../../src/shared/protocol/hardware-view';
import type { LoadSettings } from '../../../../src/shared/protocol/settings';
import { machineOf, planResult } from '../../../support/hardware-samples';

const usual = DEFAULT_SETTINGS.load;
const own: LoadSettings = {
  ...usual,
  contextSize: 40_960,
  gpuLayers: 20,
  sequences: 3,
  batchSize: 2_048,
  kvCacheType: 'q8_0',
  flashAttention: false,
};

describe('wishesOf', () => {
  it('are the settings, without what is as usual', () => {
    assert.deepEqual(wishesOf(usual), {});
    assert.deepEqual(wishesOf(own), {
      ...{ context: 40_960, gpuLayers: 20, sequences: 3, batch: 2_048 },
      ...{ kvType: 'q8_0', flashAttention: false },
    });
    assert.deepEqual(wishesOf({ ...own, gpuLayers: 0 }).gpuLayers, 0);
  });
});

describe('plannedSettings', () => {
  // With a context of 131,072 tokens, which is the largest as well.
  const whole = planResult(machineOf(98e9, 132e9));

  it('are none where nothing was changed', () => {
    assert.deepEqual(plannedSettings(wishesOf(usual), whole, usual), {});
    const asked = planResult(machineOf(98e9, 132e9), { context: 40_960 });
    assert.deepEqual(plannedSettings(wishesOf(own), asked, own), {});
  });

  it('are what was changed in the plan, and nothing else', () => {
    const change = (changes: PlanWishes) =>
      plannedSettings({ ...wishesOf(own), ...changes }, planResult(machineOf(98e9, 132e9), { context: changes.context ?? 40_960 }), own); // prettier-ignore
    assert.deepEqual(change({ sequences: 1 }), { sequences: 1 });
    assert.deepEqual(change({ batch: 512 }), { batchSize: 512 });
    assert.deepEqual(change({ kvType: 'f16' }), { kvCacheType: 'f16' });
    assert.deepEqual(change({ flashAttention: true }), { flashAttention: true });
    assert.deepEqual(change({ gpuLayers: 0 }), { gpuLayers: 0 });
    assert.deepEqual(change({ context: 65_536 }), { contextSize: 65_536 });
  });

  it('leave open what the plan left open, where a load finds the same', () => {
    assert.deepEqual(plannedSettings({}, whole, { ...usual, gpuLayers: 20, contextSize: 4_096 }), {
      gpuLayers: null,
      contextSize: null,
    });
  });

  it('fix a context that a load would not find by itself', () => {
    const partly = planResult(machineOf(40 * 2 ** 30, 132e9), { context: 8_192 });
    assert.notEqual(partly.plan.gpuLayers, partly.plan.totalLayers);
    assert.deepEqual(plannedSettings({}, partly, usual), { contextSize: 8_192 });
    const onCpu = planResult(machineOf(0, 132e9), { context: 8_192 });
    assert.deepEqual(plannedSettings({}, onCpu, usual), { contextSize: 8_192 });
  });
});
