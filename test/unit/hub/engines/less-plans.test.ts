import assert from 'node:assert/strict';
import { lessPlans, lessText } from '../../../../src/hub/engines/less-plans';
import { machineBeside } from '../../../../src/hub/engines/memory-claims';
import { GPT_OSS, gptOssHeader } from '../../../../src/planner/gpt-oss';
import { modelShape } from '../../../../src/planner/model-shape';
import { DEFAULT_WISHES } from '../../../../src/planner/wishes';
import type { PlanMachine, Wishes } from '../../../../src/shared/protocol/plan';

const GIB = 2 ** 30;
const shape = modelShape('gpt-oss-120b', gptOssHeader(GPT_OSS['gpt-oss-120b']!));
const full: Wishes = { ...DEFAULT_WISHES, context: 131_072, gpuLayers: 37 };

function machine(vramGib: number, ramGib: number): PlanMachine {
  const gpus = vramGib === 0 ? [] : [{ name: 'GPU', vramBytes: vramGib * GIB, usedBytes: 0 }];
  return { gpus, ramBytes: ramGib * GIB, ramUsedBytes: 0 };
}

const changes = (...args: Parameters<typeof lessPlans>) => lessPlans(...args).map((choice) => choice.changes);

describe('lessPlans', () => {
  it('offers what fits when a load failed that should have fitted', () => {
    const found = changes(shape, machine(95, 128), full);
    assert.deepEqual(found.slice(0, 2), [{ kvCacheType: 'q8_0' }, { contextSize: 65_536 }]);
    assert.ok(found.some(({ gpuLayers }) => gpuLayers === 31));
  });

  it('offers only what the machine can hold', () => {
    const [first] = changes(shape, machine(60, 64), full);
    assert.ok(first?.contextSize !== undefined && first.contextSize <= 65_536, JSON.stringify(first));
    assert.ok(changes(shape, machine(62, 2), full).every(({ gpuLayers }) => gpuLayers === undefined));
    assert.deepEqual(changes(shape, machine(0, 32), { ...full, gpuLayers: 'auto' }), []);
  });

  it('begins with what costs least', () => {
    const wishes = { ...full, sequences: 2, flashAttention: false };
    assert.deepEqual(changes(shape, machine(128, 128), wishes).slice(0, 2), [
      { flashAttention: true },
      { sequences: 1 },
    ]);
  });

  it('is a sentence where there is a choice', () => {
    assert.equal(lessText([]), '');
    const text = lessText(lessPlans(shape, machine(95, 128), full));
    assert.match(text, /^It would fit with: KV cache in q8_0; context of 65,536 tokens; /);
  });
});

describe('machineBeside', () => {
  it('counts what others have used, and the models that stay', () => {
    const claim = { path: '/a', vramBytes: 10 * GIB, ramBytes: 5 * GIB, anonymousBytes: GIB };
    const now = {
      facts: { gpu: 'cuda' as const, deviceNames: ['A', 'B'], vramTotalBytes: 48 * GIB, vramUsedBytes: 12 * GIB, ramTotalBytes: 0 },
      ram: { totalBytes: 64 * GIB, usedBytes: 9 * GIB },
      claims: [claim],
    }; // prettier-ignore
    const alone = machineBeside(now, []);
    assert.deepEqual(
      alone.gpus.map(({ vramBytes, usedBytes }) => [vramBytes / GIB, usedBytes / GIB]),
      [
        [24, 1],
        [24, 1],
      ],
    );
    assert.equal(alone.ramUsedBytes / GIB, 8);
    const beside = machineBeside(now, [claim]);
    assert.equal(beside.gpus[0]!.usedBytes / GIB, 6);
    assert.equal(beside.ramUsedBytes / GIB, 13, 'its mapped weights are wanted too');
    assert.equal(alone.areGpusAssumed, true, 'of several GPUs only the sum is known');
    const gpus = [{ totalBytes: 36 * GIB, usedBytes: 9 * GIB }, { totalBytes: 12 * GIB, usedBytes: 3 * GIB }]; // prettier-ignore
    const known = machineBeside({ ...now, facts: { ...now.facts, gpus } }, [claim]);
    assert.equal(known.areGpusAssumed, undefined);
    assert.deepEqual(known.gpus.map(({ vramBytes, usedBytes }) => [vramBytes / GIB, usedBytes / GIB]), [[36, 9], [12, 3]]); // prettier-ignore
    assert.deepEqual(machineBeside({ ...now, facts: { ...now.facts, gpu: 'cpu' } }, []).gpus, []);
  });
});
