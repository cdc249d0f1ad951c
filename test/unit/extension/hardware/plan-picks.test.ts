import assert from 'node:assert/strict';
import { planPicks } from '../../../../src/extension/hardware/plan-picks';
import type { ModelFile } from '../../../../src/shared/protocol/models';
import { machineOf } from '../../../support/hardware-samples';

const file: ModelFile = {
  path: '/models/a.gguf',
  name: 'a',
  source: 'folder',
  sizeBytes: 8.1e9,
  facts: {
    architecture: 'llama',
    quantization: 'Q4_K',
    parameters: 8e9,
    contextLength: 8_192,
    layers: 32,
    experts: 0,
  },
};

describe('planPicks', () => {
  it('offers known names, with what their weights take, and the files', () => {
    const [own, known] = planPicks([file]);
    const large = known?.picks.find(({ name }) => name === 'gpt-oss-120b');
    assert.match(large?.description ?? '', /MXFP4 · 59\.0 GiB of weights · 131,072 tokens/);
    const dense = known?.picks.find(({ name }) => name === 'qwen3-8b');
    assert.match(dense?.description ?? '', /^Q4_K_M · 4\.\d GiB of weights/);
    assert.deepEqual(own?.picks, [
      {
        model: '/models/a.gguf',
        name: 'a',
        description: 'llama · Q4_K · 8.1 GB',
        detail: '/models/a.gguf',
      },
    ]);
  });

  it('says of the known models whether they fit, where the machine is known', () => {
    const [known] = planPicks([], machineOf(24e9, 32e9));
    const of = (wanted: string) => known?.picks.find(({ name }) => name === wanted)?.description ?? '';
    assert.match(known?.title ?? '', /8,192 tokens/);
    assert.match(of('qwen3-8b'), /^fits · Q4_K_M/);
    assert.match(of('gpt-oss-120b'), /^does not fit · MXFP4/);
    assert.match(of('qwen3-32b'), /^fits/);
  });

  it('says of the files whether they fit, as far as that is known', () => {
    const verdicts = new Map([[file.path, 'does not fit']]);
    const [own] = planPicks([file, { ...file, path: '/models/late.gguf' }], machineOf(8e9, 8e9), verdicts);
    assert.match(own?.title ?? '', /^On this machine; .* 8,192 tokens$/);
    assert.deepEqual(
      own?.picks.map(({ description }) => description),
      ['does not fit · llama · Q4_K · 8.1 GB', 'llama · Q4_K · 8.1 GB'],
    );
    assert.equal(planPicks([file], machineOf(8e9, 8e9))[0]?.title, 'On this machine');
  });

  it('leaves out what cannot be read', () => {
    const groups = planPicks([
      {
        path: '/models/b.gguf',
        name: 'b',
        source: 'folder',
        sizeBytes: 1,
        error: { code: 'model-damaged', message: 'Damaged.', advice: '' },
      },
    ]);
    assert.equal(groups.length, 1);
  });
});
