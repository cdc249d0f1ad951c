import assert from 'node:assert/strict';
import { parseFromHardwareView } from '../../../../src/extension/hardware/hardware-messages';

const question = { model: 'qwen3-8b', machine: { kind: 'this' }, wishes: {} };

function parsed(changes: object): unknown {
  const message = parseFromHardwareView({ type: 'plan', question: { ...question, ...changes } });
  return message?.type === 'plan' ? message.question : undefined;
}

describe('a question of the panel', () => {
  it('may name a quantization and other models', () => {
    const named = { quantization: 'Q6_K', beside: ['qwen3-4b', 'embedding:/a.gguf'], draft: 'qwen3-0.6b' };
    assert.deepEqual(parsed(named), { ...question, ...named });
  });

  it('brings all wishes that a field has', () => {
    const wishes = {
      context: 1,
      sequences: 2,
      batch: 3,
      gpuLayers: 0,
      loraBytes: 5,
      kvType: 'q8_0',
      flashAttention: false,
    };
    assert.deepEqual(parsed({ wishes }), { ...question, wishes });
    assert.equal(parsed({ wishes: { loraBytes: 0.5 } }), undefined);
  });

  it('may say what other programs have of a machine', () => {
    const typed = { kind: 'typed', vram: '24 GiB', ram: '64 GiB' };
    for (const machine of [typed, { ...typed, used: { vramBytes: [1], ramBytes: 2 } }])
      assert.deepEqual(parsed({ machine }), { ...question, machine });
    for (const used of [
      1,
      {},
      { vramBytes: 1, ramBytes: 2 },
      { vramBytes: ['1'], ramBytes: 2 },
      { vramBytes: [], ramBytes: -1 },
    ])
      // prettier-ignore
      assert.equal(parsed({ machine: { ...typed, used } }), undefined, JSON.stringify(used));
  });

  it('is dropped when they are no names, or an address', () => {
    for (const changes of [
      { quantization: 6 },
      { quantization: ' ' },
      { beside: 'qwen3-4b' },
      { beside: ['qwen3-4b', 4] },
      { beside: ['https://example/a.gguf'] },
      { beside: ['embedding:https://example/a.gguf'] },
      { beside: new Array<string>(17).fill('qwen3-4b') },
      { draft: 'hf:a/b/c.gguf' },
      { draft: [] },
    ])
      assert.equal(parsed(changes), undefined, JSON.stringify(changes));
  });

  it('cannot agree that an address is asked, nor bring numbers', () => {
    const numbers = { parameters: 1e9, bitsPerWeight: 4 };
    assert.deepEqual(parsed({ allowNetwork: true, numbers }), question);
  });
});
