/** What a load is planned with: the settings, their adapters, and the context of small jobs. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { forecast, leastWishes, plannedLoad } from '../../../../src/hub/engines/load-forecast';
import { LoadPlanner, type LoadProspect } from '../../../../src/hub/engines/load-planner';
import { machineBeside, type MachineNow } from '../../../../src/hub/engines/memory-claims';
import { DEFAULT_SETTINGS } from '../../../../src/hub/storage/settings-store';
import { knownShape } from '../../../../src/planner/answer-plan';
import { computeBytes } from '../../../../src/planner/compute-buffers';
import { kvBytes } from '../../../../src/planner/kv-cache';
import { maxContext, planModel } from '../../../../src/planner/plan';
import { DEFAULT_WISHES } from '../../../../src/planner/wishes';
import { plannedBytes } from '../../../../src/shared/util/planned-use';
import { tinyGptOss } from '../../../../tools/models/tiny-gpt-oss';
import { useTempFolder } from '../../../support/temp-folder';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const shape = knownShape('gpt-oss-20b')!;

function prospect(vramGib: number, more: Partial<LoadProspect> = {}): LoadProspect {
  const machine: MachineNow = {
    facts: {
      gpu: vramGib > 0 ? 'cuda' : 'cpu',
      deviceNames: vramGib > 0 ? ['Card'] : [],
      vramTotalBytes: vramGib * GIB,
      ramTotalBytes: 64 * GIB,
    },
    ram: { totalBytes: 64 * GIB, usedBytes: 0 },
    claims: [],
  };
  const settings = { ...DEFAULT_SETTINGS.load, contextSize: 32_768 };
  return { fileKey: '', shape, machine, settings, loraBytes: 0, ...more };
}

describe('a load’s LoRA adapters', () => {
  const at = useTempFolder();
  const loraBytes = 500 * MIB;

  it('are planned where its layers lie', () => {
    for (const [vramGib, place] of [[24, 'Vram'], [0, 'Ram']] as const) {
      const total = `total${place}Bytes` as const;
      const plain = forecast(prospect(vramGib));
      const laid = forecast(prospect(vramGib, { loraBytes }));
      assert.equal(Math.round((laid[total] - plain[total]) / MIB), 500, place);
      assert.equal(Math.round((plannedBytes(laid) - plannedBytes(plain)) / MIB), 500, 'as the worker reports them');
    } // prettier-ignore
  });

  it('leave fewer layers on a GPU that they fill', () => {
    const layers = (bytes: number) => plannedLoad(prospect(14, { loraBytes: bytes }))?.gpuLayers ?? 0;
    assert.ok(layers(2 * GIB) < layers(0), `${layers(2 * GIB)} of ${layers(0)}`);
  });

  it('have the size of their files; one that is missing is the load’s to complain of', async () => {
    const [model, one, two] = [at('tiny.gguf'), at('one.gguf'), at('two.gguf')];
    writeFileSync(model, tinyGptOss());
    writeFileSync(one, Buffer.alloc(3_000));
    writeFileSync(two, Buffer.alloc(400));
    const { machine, settings } = prospect(0);
    const planner = new LoadPlanner(
      () => machine.ram,
      (line) => assert.fail(line),
      { recall: () => undefined },
    );
    const loras = [one, two, at('no-such.gguf')].map((path) => ({ path, scale: 1 }));
    const found = await planner.prospect(model, { ...settings, loras }, [], () =>
      Promise.resolve(machine.facts),
    );
    assert.equal(found && leastWishes(found).loraBytes, 3_400);
  });
});

describe('the context of small jobs', () => {
  it('is in the totals, and not in what is compared with the load, which has not made it yet', () => {
    const planned = forecast(prospect(24));
    const small = { ...DEFAULT_WISHES, context: 8_192 };
    assert.equal(planned.smallContext.vramBytes, kvBytes(shape, small) + computeBytes(shape, small));
    const rest = planned.totalVramBytes - planned.smallContext.vramBytes - planned.weights.vramBytes;
    assert.ok(rest > planned.kvBytes, 'the chats’ own cache is there as well');
    const main = { ...DEFAULT_WISHES, context: 32_768 };
    assert.equal(planned.kvBytes, kvBytes(shape, main));
  });

  it('leaves less for the context that is chosen', () => {
    const open = prospect(13.5);
    open.settings = { ...open.settings, contextSize: 'auto' };
    const machine = machineBeside(open.machine, []);
    const chosen = plannedLoad(open)?.contextSize ?? 0;
    const without = maxContext(shape, machine, { ...leastWishes(open), smallContext: false });
    assert.ok(chosen > 0 && chosen < without, `${chosen} of ${without}`);
    assert.ok(planModel(shape, machine, { ...leastWishes(open), context: chosen }).freeVramBytes >= 0);
  });
});
