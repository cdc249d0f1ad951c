import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArguments } from '../../../src/cli/arguments';
import { planOptions } from '../../../src/cli/plan-options';
import { errorInfo } from '../../../src/shared/protocol/errors';

function options(...args: string[]) {
  const { values, positionals } = parseArguments(args);
  return planOptions(positionals[0], values);
}

describe('hearth plan’s options', () => {
  it('become a question', async () => {
    const machine = ['--vram', '96GB,24GB', '--ram', '132GB'];
    const wishes = ['--context', '4096', '--kv', 'q8_0', '--experts-in-ram', '0', '--no-flash-attention'];
    const { gpus, ramBytes } = (await options('gpt-oss-120b', ...machine)).machine!;
    assert.deepEqual([gpus!.map(({ vramBytes }) => vramBytes), ramBytes], [[96e9, 24e9], 132e9]);
    assert.deepEqual((await options('gpt-oss-120b', ...wishes, '--lora', '1MB', '--lora', '2MB')).wishes, {
      context: 4_096,
      kvType: 'q8_0',
      expertLayersInRam: 0,
      flashAttention: false,
      loraBytes: 3e6,
    });
    const numbers = ['--params', '120B', '--active', '5.1b', '--bits', '4.25', '--layers', '36'];
    assert.deepEqual((await options(...numbers)).numbers, {
      parameters: 120e9,
      activeParameters: 5.1e9,
      bitsPerWeight: 4.25,
      layers: 36,
    });
  });

  it('leave names and addresses as they are, and make files whole paths', async () => {
    const model = async (text: string) => (await options(text)).model;
    assert.equal(await model('Qwen3-8B:Q6_K'), 'Qwen3-8B:Q6_K');
    assert.equal(await model('hf:someone/some-model/file.gguf'), 'hf:someone/some-model/file.gguf');
    assert.equal(await model('https://example.com/file.gguf'), 'https://example.com/file.gguf');
    assert.equal(await model('/models/file.gguf'), '/models/file.gguf');
  });

  it('are refused where a model is neither a file, an address nor a name, with what may be meant', async () => {
    const refused = async (text: string) => {
      const { code, message, advice } = errorInfo(await options(text).catch((error: unknown) => error));
      assert.deepEqual(
        [code, message],
        ['bad-request', `"${text}" is neither a file here nor the name of a known model.`],
      );
      return advice;
    };
    assert.match(await refused('nonsense'), /^Known names: gpt-oss-20b, gpt-oss-120b/);
    assert.match(
      await refused('openai/gpt-oss-120b'),
      /^"gpt-oss-120b" alone is known .* hf:openai\/gpt-oss-120b\/FILE\.gguf/,
    );
    assert.equal(
      (await options('missing/file.gguf')).model,
      resolve('missing/file.gguf'),
      'The hub says that it is missing.',
    );
  });

  it('may be in capitals, and an adapter may have a scale', async () => {
    const file = __filename;
    const { wishes } = await options('gpt-oss-20b', '--kv', 'F16', '--lora', `${file}:0.5`);
    assert.deepEqual(wishes, { kvType: 'f16', loraBytes: statSync(file).size });
  });

  it('say what a model beside is for', async () => {
    const beside = async (text: string) => (await options('qwen3-8b', '--beside', text)).beside;
    assert.deepEqual(await beside('qwen3-4b:Q6_K'), ['qwen3-4b:Q6_K']);
    assert.deepEqual(await beside('Embedding:qwen3-0.6b:Q8_0'), ['embedding:qwen3-0.6b:Q8_0']);
    assert.deepEqual(await beside('completion:some.gguf'), [`completion:${resolve('some.gguf')}`]);
    assert.deepEqual(await beside('chat:qwen3-4b'), ['qwen3-4b']);
  });

  it('are refused in a sentence that names the option', async () => {
    const cases: [string[], RegExp][] = [
      [[], /Which model/],
      [['gpt-oss-120b', '--quant', 'Q9'], /not known in Q9/],
      [['gpt-oss-120b', '--context', '12.5'], /--context is a whole number/],
      [['gpt-oss-120b', '--context', ''], /--context/],
      [['gpt-oss-120b', '--sequences', '0'], /--sequences is a whole number from 1 on/],
      [['gpt-oss-120b', '--gpu-layers=-1'], /--gpu-layers/],
      [['gpt-oss-120b', '--kv', 'q1'], /--kv is one of/],
      [['gpt-oss-120b', '--vram', '24'], /"24" is too small for the memory of a GPU/],
      [['gpt-oss-120b', '--vram', 'lots'], /"lots" is no size/],
      [['gpt-oss-120b', '--lora', 'no-such-file'], /--lora is a file or a size/],
      [['--params', '120B'], /--bits has to be said/],
      [['--params', '120', '--bits', '4'], /--params is a number of weights/],
      [['--params', '5B', '--active', '6B', '--bits', '4'], /at most all/],
      [['gpt-oss-120b', '--bits', '4'], /--params has to be said/],
    ];
    for (const [args, sentence] of cases) {
      await assert.rejects(options(...args), (error) => {
        const { code, message, advice } = errorInfo(error);
        assert.deepEqual([code, advice === ''], ['bad-request', false]);
        assert.match(message, sentence);
        return true;
      });
    }
  });
});
