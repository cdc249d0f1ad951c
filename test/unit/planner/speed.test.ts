import assert from 'node:assert/strict';
import { catalogueModel } from '../../../src/planner/catalogue';
import { alternatives } from '../../../src/planner/alternatives';
import { answerPlan } from '../../../src/planner/answer-plan';
import { planModel } from '../../../src/planner/plan';
import { speedNote, withMeasuredSpeed } from '../../../src/planner/speed';
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

  it('claims a factor of two only where it was seen', () => {
    const machine = (vramBytes: number) => ({ gpus: vramBytes === 0 ? [] : [{ name: 'RTX 3090', vramBytes, usedBytes: 0 }], ramBytes: 128 * GIB, ramUsedBytes: 0 }); // prettier-ignore
    const note = (vramGib: number, wishes: Partial<Wishes> = {}) => {
      const on = machine(vramGib * GIB);
      return speedNote(on, planModel(large, on, { ...DEFAULT_WISHES, context: 8_192, ...wishes }));
    };
    const [bold, careful] = [/right within a factor of 2\.$/, /far slower: gpt-oss-120b .* 24 GB card was seen at 0\.90 tok\/s\.$/];
    assert.match(note(96), bold);
    assert.match(note(0), bold);
    assert.match(note(24, { gpuLayers: 0 }), bold);
    assert.match(note(24, { gpuLayers: 37, expertLayersInRam: 26 }), bold);
    assert.match(note(24), careful);
    assert.doesNotMatch(note(24), /factor/);
    assert.ok(speed('RTX 3090', 24 * GIB, {}).tokensPerSecond > 20, 'The formula cannot know.');
  }); // prettier-ignore

  it('is what was measured, where a run matches; the end of the context stays in proportion', () => {
    const wishes = { ...DEFAULT_WISHES, context: 8_192 };
    const on = { gpus: [{ name: 'RTX 3090', vramBytes: 24 * GIB, usedBytes: 0 }], ramBytes: 128 * GIB, ramUsedBytes: 0 };
    const plan = planModel(large, on, wishes);
    const slow = withMeasuredSpeed(plan, wishes, ({ gpuLayers }) => (gpuLayers === plan.gpuLayers ? 0.9 : undefined));
    assert.deepEqual([slow.speed.tokensPerSecond, slow.speed.basis], [0.9, 'measured']);
    assert.ok(Math.abs(slow.speed.atContextEnd / 0.9 - plan.speed.atContextEnd / plan.speed.tokensPerSecond) < 1e-9);
    assert.match(speedNote(on, slow), /measured/);
    assert.equal(withMeasuredSpeed(plan, wishes, () => undefined), plan);
    const q8 = alternatives(large, on, { ...wishes, context: 131_072 }, { measured: (_plan, { kvType }) => (kvType === 'q8_0' ? 7 : undefined) });
    const found = q8.find(({ wishes: changes }) => changes?.kvType === 'q8_0');
    assert.deepEqual([found?.plan.speed.tokensPerSecond, found?.plan.speed.basis], [7, 'measured']);
    assert.ok(q8.filter((other) => other !== found).every((other) => other.plan.speed.basis === 'computed'));
    const result = answerPlan({ model: large, beside: [], draft: undefined }, on, { model: 'x', wishes }, () => 0.9);
    assert.equal(result.plan.speed.tokensPerSecond, 0.9);
    assert.match(result.findings.find(({ id }) => id === 'layers-in-ram')?.evidence[0] ?? '', /0\.9\d? tok\/s were measured/);
  }); // prettier-ignore
});
