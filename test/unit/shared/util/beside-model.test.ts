import assert from 'node:assert/strict';
import { besideModelText, parseBeside } from '../../../../src/shared/util/beside-model';

describe('a model beside', () => {
  const cases: [string, string, string][] = [
    ['qwen3-4b', 'chat', 'qwen3-4b'],
    ['embedding:qwen3-0.6b', 'embedding', 'qwen3-0.6b'],
    ['Completion: /models/a.gguf ', 'completion', '/models/a.gguf'],
    // A quantization, a drive, an address: no role.
    ['qwen3-4b:Q6_K', 'chat', 'qwen3-4b:Q6_K'],
    ['embedding:qwen3-4b:Q6_K', 'embedding', 'qwen3-4b:Q6_K'],
    ['C:/models/a.gguf', 'chat', 'C:/models/a.gguf'],
    ['hf:a/b/c.gguf', 'chat', 'hf:a/b/c.gguf'],
    ['embedding:', 'chat', 'embedding:'],
  ];
  for (const [text, role, model] of cases) {
    it(`${text} is ${model} for ${role}`, () => {
      assert.deepEqual(parseBeside(text), { role, model });
      assert.deepEqual(parseBeside(besideModelText(parseBeside(text))), parseBeside(text));
    });
  }
});
