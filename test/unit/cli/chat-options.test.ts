import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chatOptions, parseLora, parseToolResult, parseTools } from '../../../src/cli/chat-options';
import { errorInfo } from '../../../src/shared/protocol/errors';
import { useTempFolder } from '../../support/temp-folder';

describe('parseLora', () => {
  it('splits a scale off, but not a drive', () => {
    const cases: [text: string, path: string, scale: number][] = [
      ['a.gguf', 'a.gguf', 1],
      ['a.gguf:0.5', 'a.gguf', 0.5],
      ['a.gguf:.5', 'a.gguf', 0.5],
      ['a.gguf:2.', 'a.gguf', 2],
      ['a.gguf:-1', 'a.gguf', -1],
      ['C:\\m\\a.gguf', 'C:\\m\\a.gguf', 1],
      ['C:\\m\\a.gguf:0.25', 'C:\\m\\a.gguf', 0.25],
      ['a:b.gguf', 'a:b.gguf', 1],
      ['a.gguf:', 'a.gguf:', 1],
      ['a.gguf:x', 'a.gguf:x', 1],
    ];
    for (const [text, path, scale] of cases)
      assert.deepEqual(parseLora(text), { path: resolve(path), scale }, text);
  });
});

describe('parseTools', () => {
  it('takes functions plain or wrapped', () => {
    const parameters = { type: 'object' };
    const plain = { name: 'f', description: 'does', parameters };
    assert.deepEqual(
      parseTools(
        JSON.stringify([plain, { type: 'function', function: plain }, { name: 'g', parameters: 5 }]),
      ),
      [plain, plain, { name: 'g', description: '' }],
    );
    assert.deepEqual(parseTools('[]'), []);
  });

  it('says what is wrong with the list', () => {
    for (const [text, message] of [
      ['{', /--tools is not valid JSON/],
      ['{}', /must be a JSON list/],
      ['[{}]', /an entry without a name/],
      ['[null]', /an entry without a name/],
      ['[{"type":"function","function":{}}]', /an entry without a name/],
    ] as const)
      assert.throws(
        () => parseTools(text),
        (error) => {
          assert.equal(errorInfo(error).code, 'bad-request');
          assert.match(errorInfo(error).message, message);
          return true;
        },
      );
  });
});

describe('parseToolResult', () => {
  it('is by the function’s name, or the same for every call', () => {
    const byName = parseToolResult('{"f": "sunny", "g": {"t": 21}}');
    assert.deepEqual([byName('f'), byName('g')], ['sunny', '{"t":21}']);
    assert.equal(byName('h'), '{"f": "sunny", "g": {"t": 21}}');
    // A model chooses the name.
    assert.equal(parseToolResult('{"f": "x"}')('toString'), '{"f": "x"}');
    assert.equal(parseToolResult('just text\n')('f'), 'just text');
    assert.equal(parseToolResult('[1]')('0'), '[1]');
  });
});

describe('chatOptions', () => {
  const at = useTempFolder();

  it('has only what was given', async () => {
    assert.deepEqual(await chatOptions({}), { sampling: {}, tools: [] });
    writeFileSync(at('tools.json'), '[{"name": "f"}]');
    writeFileSync(at('result.txt'), 'sunny');
    const { toolResult, ...rest } = await chatOptions({
      model: 'm.gguf',
      lora: ['a.gguf:0.5'],
      system: 'be brief',
      effort: 'high',
      temperature: '0',
      seed: '7',
      'max-tokens': '100',
      tools: at('tools.json'),
      'tool-result': at('result.txt'),
    });
    assert.deepEqual(rest, {
      modelPath: resolve('m.gguf'),
      loras: [{ path: resolve('a.gguf'), scale: 0.5 }],
      instructions: 'be brief',
      effort: 'high',
      sampling: { temperature: 0, seed: 7 },
      maxTokens: 100,
      tools: [{ name: 'f', description: '' }],
    });
    assert.equal(toolResult?.('f'), 'sunny');
  });

  it('names the option that is off', async () => {
    const cases: [Parameters<typeof chatOptions>[0], RegExp][] = [
      [{ temperature: 'hot' }, /--temperature needs a number from 0 on/],
      [{ temperature: '-1' }, /--temperature/],
      [{ seed: ' ' }, /--seed/],
      [{ 'max-tokens': '0' }, /--max-tokens needs a number from 1 on/],
      [{ effort: 'max' }, /--effort is one of low, medium and high/],
      [{ tools: at('missing') }, /--tools cannot be read/],
      [{ 'tool-result': at('missing') }, /--tool-result cannot be read/],
    ];
    for (const [values, message] of cases) await assert.rejects(chatOptions(values), message);
  });
});
