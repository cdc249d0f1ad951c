import assert from 'node:assert/strict';
import { CATALOGUE_NAMES, catalogueModel, smallerQuantizations } from '../../../src/planner/catalogue';
import { kvBytes } from '../../../src/planner/kv-cache';
import { weightBytes } from '../../../src/planner/model-shape';
import { estimatedShape } from '../../../src/planner/plain-numbers';
import { planModel } from '../../../src/planner/plan';
import { DEFAULT_WISHES } from '../../../src/planner/wishes';

const at = (context: number) => ({ ...DEFAULT_WISHES, context });

describe('the catalogue', () => {
  it('has the weights of the files that people download, within half a percent', () => {
    // Sizes of published files, in bytes; their vocabulary and metadata take a few megabytes of them.
    const files: [string, number][] = [
      ['llama-3.1-8b:Q4_K_M', 4_920_739_232],
      ['llama-3.1-8b:Q8_0', 8_540_775_840],
      ['llama-3.1-8b:Q6_K', 6_596_011_424],
      ['llama-3.1-8b:Q3_K_M', 4_018_922_912],
      ['llama-3.1-8b:Q2_K', 3_179_136_416],
      ['llama-3.3-70b:Q4_K_M', 42_520_398_432],
      ['qwen3-8b:Q4_K_M', 5_027_783_488],
      ['qwen2.5-coder-32b:Q4_K_M', 19_851_336_576],
      ['mistral-small-24b:Q4_K_M', 14_333_908_832],
      ['phi-4:Q4_K_M', 9_053_114_816],
    ];
    for (const [name, bytes] of files) {
      const found = weightBytes(catalogueModel(name)!.shape);
      assert.ok(Math.abs(found - bytes) < 0.005 * bytes, `${name}: ${found} is not ${bytes}`);
    }
  });

  it('counts windows and heads of the cache', () => {
    // 10 of Gemma's 62 layers see everything, 16 heads of 128.
    const gemma = catalogueModel('gemma-3-27b')!.shape;
    const token = 2 * 16 * 128 * 2;
    assert.equal(kvBytes(gemma, at(32_768)), token * (10 * 32_768 + 52 * 1_536));
    const qwen = catalogueModel('qwen3-30b-a3b')!.shape;
    assert.equal(kvBytes(qwen, at(8_192)), 8_192 * 48 * 2 * 4 * 128 * 2);
    assert.equal(qwen.expertShare, 8 / 128);
  });

  it('knows names in any case, with a quantization behind them or beside', () => {
    assert.ok(CATALOGUE_NAMES.length > 25);
    assert.equal(catalogueModel('Qwen3-8B')!.quantization, 'Q4_K_M');
    assert.equal(catalogueModel('qwen3-8b:q6_k')!.quantization, 'Q6_K');
    assert.equal(catalogueModel('qwen3-8b', 'Q8_0')!.quantization, 'Q8_0');
    assert.equal(catalogueModel('gpt-oss-20b')!.quantization, 'MXFP4');
    assert.equal(catalogueModel('no-such-model'), undefined);
    assert.equal(catalogueModel('constructor'), undefined);
    assert.throws(() => catalogueModel('qwen3-8b:Q9'), /not known in Q9/);
    assert.throws(() => catalogueModel('gpt-oss-20b', 'Q4_K_M'), /not known in Q4_K_M/);
  });

  it('has a sound shape of every model', () => {
    for (const name of CATALOGUE_NAMES) {
      const { shape } = catalogueModel(name)!;
      assert.equal(shape.name, name);
      assert.ok(shape.vocabularySize > 30_000 && shape.trainContext >= 8_192, name);
      assert.ok(
        shape.layers.every(({ keySize, otherBytes }) => keySize > 0 && otherBytes > 0),
        name,
      );
    }
  });

  it('offers smaller files, each smaller than the one before', () => {
    const sizes = smallerQuantizations(catalogueModel('gemma-3-12b:Q8_0')!).map(({ shape }) => weightBytes(shape));
    assert.ok(sizes.length >= 5);
    assert.deepEqual([...sizes].sort((a, b) => b - a), sizes);
    assert.deepEqual(smallerQuantizations(catalogueModel('gpt-oss-120b')!), []);
  }); // prettier-ignore
});

describe('plain numbers', () => {
  it('make an estimate of the right size', () => {
    for (const [parameters, activeParameters] of [[120e9, 5e9], [8e9, 8e9], [0.5e9, 0.5e9], [30e9, 3e9]] as const) {
      const shape = estimatedShape('x', { parameters, activeParameters, bitsPerWeight: 4.25 });
      const bytes = (parameters * 4.25) / 8;
      assert.ok(Math.abs(weightBytes(shape) - bytes) < 0.01 * bytes, `${weightBytes(shape)} is not ${bytes}`);
      const machine = { gpus: [], ramBytes: 500e9, ramUsedBytes: 0 };
      assert.equal(planModel(shape, machine, at(4_096)).basis, 'estimate');
    }
  }); // prettier-ignore

  it('that contradict each other are refused', () => {
    const bad = [
      { parameters: 0, bitsPerWeight: 4 },
      { parameters: 5e9, activeParameters: 6e9, bitsPerWeight: 4 },
      { parameters: 5e9, bitsPerWeight: 0 },
      { parameters: 5e9, bitsPerWeight: 64 },
      { parameters: 5e9, bitsPerWeight: 4, layers: 1e9 },
    ];
    for (const numbers of bad) assert.throws(() => estimatedShape('x', numbers), /A (model|token|weight) has|uses/);
  }); // prettier-ignore
});
