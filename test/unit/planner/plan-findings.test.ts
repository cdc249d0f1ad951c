import assert from 'node:assert/strict';
import { answerPlan, knownShape } from '../../../src/planner/answer-plan';
import type { PlanMachine, Wishes } from '../../../src/shared/protocol/plan';

const GIB = 2 ** 30;
const LARGE = knownShape('gpt-oss-120b')!;

function machine(vramBytes: number, ramBytes: number, ramUsedBytes = 0): PlanMachine {
  const gpus = vramBytes === 0 ? [] : [{ name: 'GPU 1', vramBytes, usedBytes: 0 }];
  return { gpus, ramBytes, ramUsedBytes };
}

function findings(on: PlanMachine, wishes: Partial<Wishes> = {}) {
  const params = { model: 'gpt-oss-120b', wishes: { context: 131_072, ...wishes } };
  return answerPlan({ model: LARGE, beside: [], draft: undefined }, on, params).findings;
}
const ids = (...given: Parameters<typeof findings>) => findings(...given).map(({ id }) => id);

describe('what a plan’s owner may overlook', () => {
  it('is nothing on the machine that it was made for', () => {
    assert.deepEqual(ids(machine(98e9, 132e9)), []);
  });

  it('is named with its figures', () => {
    const [slow] = findings(machine(48 * GIB, 132e9));
    assert.equal(slow?.id, 'layers-in-ram');
    assert.match(slow.evidence[0] ?? '', /^\d+ of 37 layers lie in RAM; about [\d.]+ tok\/s/);
    const [long] = findings(machine(98e9, 132e9), { context: 150_016 });
    assert.match(long?.evidence[0] ?? '', /150,016 tokens are wished; .* 131,072\./);
    const [attention] = findings(machine(98e9, 132e9), { flashAttention: false });
    assert.match(attention?.evidence[0] ?? '', /takes 15\.9 GiB more at 131,072 tokens/);
    const [tight] = findings(machine(65 * GIB, 132e9));
    assert.deepEqual([tight?.id, tight?.evidence], ['little-left', ['539 MiB of GPU 1 is left.']]);
    assert.deepEqual(ids(machine(98e9, 48e9)), ['file-larger-than-ram']);
    assert.deepEqual(ids(machine(0, 80 * GIB, 14.25 * GIB)), ['little-left']);
  });

  it('is said to be unchecked where several GPUs are known only together', () => {
    const gpus = ['A', 'B'].map((name) => ({ name, vramBytes: 48 * GIB, usedBytes: 0 }));
    const on = { gpus, ramBytes: 132e9, ramUsedBytes: 0 };
    assert.deepEqual(ids(on), []);
    const [assumed] = findings({ ...on, areGpusAssumed: true });
    assert.deepEqual([assumed?.id, assumed?.status], ['gpu-sizes', 'unchecked']);
    assert.match(
      assumed?.evidence[0] ?? '',
      /^A and B have 96\.0 GiB in all, and each is taken for 48\.0 GiB\.$/,
    );
  });

  it('begins with what fails the load, which is no plan to load then', () => {
    const on = machine(98e9, 132e9);
    const wishes: Partial<Wishes> = { kvType: 'q8_0', flashAttention: false };
    assert.deepEqual(ids(on, wishes), ['kv-cache-without-flash-attention', 'flash-attention']);
    const params = { model: 'gpt-oss-120b', wishes: { context: 8_192, ...wishes } };
    const { plan } = answerPlan({ model: LARGE, beside: [], draft: undefined }, on, params);
    assert.deepEqual([plan.verdict, plan.loadable, plan.reason], ['fits', false, 'A KV cache in q8_0 needs flash attention.']); // prettier-ignore
  });
});
