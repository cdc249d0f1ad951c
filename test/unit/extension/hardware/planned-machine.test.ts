import assert from 'node:assert/strict';
import { lookedAtMachine, plannedMachine } from '../../../../src/extension/hardware/planned-machine';
import { quantizationsOf } from '../../../../src/extension/hardware/quantizations';
import type { MachineChoice } from '../../../../src/shared/protocol/hardware-view';
import { hardwareSnapshot } from '../../../support/hardware-samples';

const GIB = 2 ** 30;

describe('the machine that was looked at', () => {
  const snapshot = hardwareSnapshot([['weights', 50, 'a'], ['other', 2]], [['other', 18]]); // prettier-ignore
  const [gpu] = snapshot.gpus;

  it('has what other programs leave', () => {
    const machine = lookedAtMachine(snapshot, true);
    assert.deepEqual([machine?.gpus[0]?.usedBytes, machine?.ramUsedBytes], [2 * GIB, 18 * GIB]);
  });

  it('has no GPU where none is used, or none is there', () => {
    assert.deepEqual(lookedAtMachine(snapshot, false)?.gpus, []);
    assert.deepEqual(lookedAtMachine({ ...snapshot, gpus: [] }, true)?.gpus, []);
  });

  it('is not known while a GPU did not tell', () => {
    assert.equal(
      lookedAtMachine({ ...snapshot, gpus: [], notes: ['The driver did not answer.'] }, true),
      undefined,
    );
    const several = { ...gpu!, name: 'A, B', devices: 2 };
    assert.equal(lookedAtMachine({ ...snapshot, gpus: [several] }, true), undefined, 'two in one sum');
    const silent = { ...gpu!, memory: { totalBytes: GIB, parts: [] } };
    assert.equal(lookedAtMachine({ ...snapshot, gpus: [gpu!, silent] }, true), undefined);
  });
});

describe('a machine that was typed in', () => {
  const typed = { kind: 'typed', vram: '24 GiB, 24 GiB', ram: '64 GiB' } as const;
  const snapshot = hardwareSnapshot([['other', 2]], [['other', 18]]); // prettier-ignore
  const used = (choice: MachineChoice) => {
    const { gpus = [], ramUsedBytes } = plannedMachine(choice, snapshot, true);
    return [...gpus.map(({ usedBytes }) => usedBytes), ramUsedBytes];
  };

  it('is nobody’s, unless something was added to this one', () => {
    assert.deepEqual(used(typed), [0, 0, 0]);
    assert.deepEqual(used({ ...typed, used: { vramBytes: [GIB], ramBytes: 5 * GIB } }), [GIB, 0, 5 * GIB]);
  });
});

describe('quantizationsOf', () => {
  it('has a choice where there is one', () => {
    assert.ok(quantizationsOf('qwen3-8b').includes('Q6_K'));
    assert.deepEqual(quantizationsOf('gpt-oss-120b'), ['MXFP4']);
    assert.deepEqual(quantizationsOf('/models/a.gguf'), []);
    assert.deepEqual(quantizationsOf('hf:a/b/c.gguf'), []);
  });
});
