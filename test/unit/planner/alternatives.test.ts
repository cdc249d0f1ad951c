import assert from 'node:assert/strict';
import { alternatives } from '../../../src/planner/alternatives';
import { answerPlan } from '../../../src/planner/answer-plan';
import { catalogueModel } from '../../../src/planner/catalogue';
import type { ModelShape } from '../../../src/planner/model-shape';
import { parseGpus } from '../../../src/planner/machine';
import { planModel } from '../../../src/planner/plan';
import { DEFAULT_WISHES } from '../../../src/planner/wishes';
import type { PlanMachine } from '../../../src/shared/protocol/plan';

const shape = (name: string) => catalogueModel(name)!.shape;
const machine = (gpus: string, ramBytes = 64e9): PlanMachine => ({
  gpus: parseGpus(gpus),
  ramBytes,
  ramUsedBytes: 0,
});
const planned = (name: string, on: PlanMachine, beside: string[] = []) =>
  answerPlan(
    {
      model: shape(name),
      beside: beside.map((other) => ({ shape: shape(other), role: 'chat' })),
      draft: undefined,
    },
    on,
    { model: name },
  );

describe('alternatives', () => {
  it('to a plan that fits are those with much longer chats', () => {
    const { plan, maxContext, trainContext, alternatives: found } = planned('qwen3-32b', machine('RTX 3090'));
    assert.equal(plan.verdict, 'fits');
    assert.ok(maxContext < trainContext);
    assert.ok(found.some(({ wishes }) => wishes?.kvType === 'q8_0'));
    assert.ok(found.some(({ machine: bought }) => bought?.gpus[0]?.name === 'RTX 5090'));
    for (const other of found) {
      assert.equal(other.plan.verdict, 'fits', other.change);
      assert.ok(other.maxContext >= 1.25 * maxContext, other.change);
    }
  });

  it('to one that lacks nothing are none', () => {
    const {
      plan,
      maxContext,
      trainContext,
      alternatives: found,
    } = planned('gpt-oss-20b', machine('RTX 5090'));
    assert.deepEqual([plan.verdict, maxContext, found], ['fits', trainContext, []]);
  });

  it('are no cards that would be slower: a model so small waits for the card at every layer', () => {
    const none = { ...machine('RTX 5090'), gpus: [] };
    const large = shape('qwen3-0.6b');
    const small: ModelShape = {
      ...large,
      layers: large.layers.map((layer) => ({
        ...layer,
        otherBytes: layer.otherBytes / 100,
        feedForwardBytes: layer.feedForwardBytes / 100,
      })),
      embeddingBytes: large.embeddingBytes / 100,
      outputBytes: large.outputBytes / 100,
    };
    const wishes = { ...DEFAULT_WISHES, context: 2_048 };
    const cards = (of: ModelShape) =>
      alternatives(of, none, wishes).flatMap(({ machine: bought }) => bought?.gpus ?? []).length;
    assert.deepEqual([cards(large), cards(small)], [1, 0]);
  });

  it('are not searched for where nobody asks for them', () => {
    const models = { model: shape('gpt-oss-120b'), beside: [], draft: undefined };
    const asked = (withoutAlternatives: boolean) =>
      answerPlan(models, machine('RTX 4090', 132e9), { model: 'x', withoutAlternatives }).alternatives;
    assert.ok(asked(false).length > 0);
    assert.deepEqual(asked(true), []);
  });

  it('of other cards leave room for the models beside', () => {
    const on = machine('RTX 4070', 128e9);
    const alone = planned('gpt-oss-20b', on).alternatives.find(
      ({ machine: other }) => other?.gpus.length === 1 && other.ramBytes === on.ramBytes,
    );
    const { alternatives: found } = planned('gpt-oss-20b', on, ['gpt-oss-20b']);
    const both = found.find(({ plan, machine: other }) => plan.verdict === 'fits' && other !== undefined);
    const vram = (other: typeof both) => other?.machine?.gpus[0]?.vramBytes ?? 0;
    assert.ok(vram(alone) > 0 && vram(both) > vram(alone), `${both?.change}, ${alone?.change}`);
  });

  it('are no card of the size that is there already, however it is written', () => {
    for (const size of ['24GB', '24GiB', 'RTX 3090'])
      for (const { machine: other } of planned('gpt-oss-120b', machine(size, 132e9)).alternatives)
        assert.notEqual(other?.gpus[0]?.name, 'RTX 4090', size);
  });
});

describe('what the engine loads', () => {
  const on = machine('RTX 3090');
  const loads = (changes: Partial<ReturnType<typeof shape>>, kvType: 'f16' | 'q8_0' = 'q8_0') => {
    const { loadable, reason } = planModel({ ...shape('gpt-oss-20b'), ...changes }, on, {
      ...DEFAULT_WISHES,
      context: 4_096,
      kvType,
    });
    return [loadable, reason];
  };

  it('is what it knows the architecture of', () => {
    assert.deepEqual(loads({ architecture: 'new-moe' }), [
      false,
      'The engine does not know the architecture "new-moe".',
    ]);
    assert.deepEqual(loads({ architecture: 'estimate', isEstimate: true })[0], true);
  });

  it('has heads that a quantized KV cache can pack', () => {
    assert.deepEqual(loads({ headSizes: [80, 80] }), [
      false,
      'A KV cache in q8_0 needs heads of a multiple of 32 numbers; these have 80 and 80.',
    ]);
    assert.equal(loads({ headSizes: [80, 80] }, 'f16')[0], true);
    assert.equal(loads({ headSizes: [192, 128] })[0], true);
  });

  it('is offered only if it fits', () => {
    const wishes = { ...DEFAULT_WISHES, context: 131_072 };
    for (const { plan } of alternatives(shape('gpt-oss-120b'), machine('RTX 4090', 132e9), wishes))
      assert.notEqual(plan.verdict, 'does-not-fit');
  });
});
