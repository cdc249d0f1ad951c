import assert from 'node:assert/strict';
import { ownVerdicts } from '../../../../src/extension/hardware/own-verdicts';
import { HearthError } from '../../../../src/shared/protocol/errors';
import type { ModelFile } from '../../../../src/shared/protocol/models';
import { PlanModel, type PlanParams, type PlanResult } from '../../../../src/shared/protocol/plan';
import { FakeHub } from '../../../support/fake-hub';
import { machineOf, planResult } from '../../../support/hardware-samples';

const machine = machineOf(98e9, 132e9);

function file(name: string, contextLength = 131_072): ModelFile {
  const facts = { architecture: 'llama', quantization: 'Q4_K', parameters: 8e9, layers: 32, experts: 0 };
  return {
    ...{ path: `/models/${name}.gguf`, name, source: 'folder', sizeBytes: 8e9 },
    facts: { ...facts, contextLength },
  };
}

describe('ownVerdicts', () => {
  let hub: FakeHub;
  const asked = () => hub.requests.map(({ params }) => params as PlanParams);

  beforeEach(() => {
    hub = new FakeHub();
  });

  it('are those of plans for the given machine, with a context that is worth having', async () => {
    hub.answer(PlanModel, ({ model }) => planResult(model.includes('large') ? machineOf(0, 8e9) : machine));
    const verdicts = await ownVerdicts(
      hub,
      [file('small', 2_048), file('large'), file('silent', 0)],
      machine,
    );
    assert.deepEqual(
      [...verdicts],
      [
        ['/models/small.gguf', 'fits'],
        ['/models/large.gguf', 'does not fit'],
        ['/models/silent.gguf', 'fits'],
      ],
    );
    assert.deepEqual(
      asked().map(({ wishes }) => wishes),
      [{ context: 2_048 }, { context: 8_192 }, { context: 8_192 }],
    );
    assert.ok(asked().every(({ withoutAlternatives }) => withoutAlternatives));
    for (const params of asked()) assert.deepEqual(params.machine, machine);
  });

  it('are left out for what cannot be read or planned', async () => {
    hub.answer(PlanModel, ({ model }) => {
      if (model.includes('strange')) throw new HearthError('bad-request', 'No.', '');
      return planResult(machine);
    });
    const damaged = file('damaged');
    delete damaged.facts;
    const verdicts = await ownVerdicts(hub, [damaged, file('strange'), file('a')], machine);
    assert.deepEqual([...verdicts.keys()], ['/models/a.gguf']);
    assert.equal(asked().length, 2);
  });

  it('come in time or not at all: a slow disk holds up no list, and nothing more is asked then', async () => {
    const slow: ((result: PlanResult) => void)[] = [];
    hub.answer(PlanModel, ({ model }) =>
      model.includes('slow')
        ? new Promise<PlanResult>((resolve) => slow.push(resolve))
        : Promise.resolve(planResult(machine)),
    );
    const files = [file('a'), ...[1, 2, 3, 4].map((n) => file(`slow-${n}`)), file('b')];
    const verdicts = await ownVerdicts(hub, files, machine, 20);
    assert.deepEqual([...verdicts.keys()], ['/models/a.gguf']);
    for (const answer of slow) answer(planResult(machine));
    await new Promise(setImmediate);
    assert.deepEqual([verdicts.size, asked().length], [1, 5]);
  });
});
