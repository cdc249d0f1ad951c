import assert from 'node:assert/strict';
import { activeFile, nameOfPath } from '../../../../src/extension/models/active-model';
import { modelPick } from '../../../../src/extension/models/model-pick';
import type { ModelFile } from '../../../../src/shared/protocol/models';
import { loadFraction } from '../../../../src/shared/util/load-fraction';

const file: ModelFile = {
  path: '/m/gpt-oss-120b.gguf',
  name: 'gpt-oss-120b',
  source: 'folder',
  sizeBytes: 63_374_000_000,
  facts: {
    architecture: 'gpt-oss',
    quantization: 'MXFP4',
    parameters: 116_830_000_000,
    contextLength: 131_072,
    layers: 36,
    experts: 128,
  },
};

describe('modelPick', () => {
  it('says what a file is', () => {
    assert.deepEqual(modelPick(file, false, undefined), {
      label: '$(circle-large-outline) gpt-oss-120b',
      description: 'gpt-oss · 117B · MXFP4 · 63.4 GB (59.0 GiB)',
      detail: '131,072 tokens of context · /m/gpt-oss-120b.gguf',
    });
  });

  it('marks the current one and what is in memory', () => {
    const resident = {
      path: file.path,
      name: file.name,
      status: { kind: 'loading' as const, progress: { phase: 'weights' as const, fraction: 0.5 } },
      activity: { kind: 'idle' as const },
      loras: [],
    };
    const pick = modelPick(file, true, resident);
    assert.equal(pick.label, '$(check) gpt-oss-120b');
    assert.match(pick.description, / · current · loading 48 %$/);
  });

  it('says first whether it fits, where that is known', () => {
    assert.match(modelPick(file, true, undefined, 'fits').description, /^fits · gpt-oss · .* · current$/);
  });

  it('says what is wrong with a file', () => {
    const { path, name, source, sizeBytes } = file;
    const error = {
      code: 'model-not-gguf' as const,
      message: 'It is no GGUF file.',
      advice: 'Choose another.',
    };
    const pick = modelPick({ path, name, source, sizeBytes, error }, false, undefined);
    assert.equal(pick.label, '$(warning) gpt-oss-120b');
    assert.equal(pick.detail, 'It is no GGUF file. Choose another.');
  });
});

describe('loadFraction', () => {
  it('never goes back', () => {
    const steps = (['starting', 'weights', 'context'] as const).flatMap((phase) =>
      [0, 0.5, 1].map((fraction) => loadFraction({ phase, fraction })),
    );
    for (const [i, step] of steps.entries()) assert.ok(i === 0 || step >= steps[i - 1]! - 1e-9, String(step));
    assert.equal(steps[0], 0);
    assert.ok(Math.abs(steps.at(-1)! - 1) < 1e-9);
  });
});

describe('the active model', () => {
  it('is the chosen one, else the bundled one', () => {
    const bundled: ModelFile = { ...file, path: '/b/tiny.gguf', source: 'bundled' };
    const state = (activeModel: string) => ({ models: [], queue: [], settings: { activeModel } as never });
    assert.equal(activeFile([bundled, file], state('')), bundled);
    assert.equal(activeFile([bundled, file], state(file.path)), file);
    assert.equal(activeFile([bundled, file], state('/gone.gguf')), undefined);
  });

  it('is named by its file', () => {
    assert.equal(nameOfPath('/m/gpt-oss-120b-00001-of-00002.gguf'), 'gpt-oss-120b');
    assert.equal(nameOfPath('C:\\m\\a.GGUF'), 'a');
  });
});
