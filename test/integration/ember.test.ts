/** The demo model that Hearth ships: its score on fixed cases, its tools, its adapter. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListModels, LoadModel } from '../../src/shared/protocol/models';
import { analysisTokens, evaluate, scores, type ChatCase, type RawCase } from '../../tools/ember/score';
import { ROOT, TestHub } from '../support/hub';

const EMBER = join(ROOT, 'models/ember.gguf');
const UPPER_CASE = join(ROOT, 'models/ember-upper-case.gguf');
/** 40 held-out cases a row, from `make.py ship`; what they scored when the model was shipped, in percent. */
const CASES = join(ROOT, 'test/fixtures/ember/held-out.json');
const SHIPPED = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/ember/scores.json'), 'utf8')) as Record<
  string,
  number
>;
const ALLOWED_LOSS = 3;

describe('Ember', () => {
  it('answers as well as when it was shipped, and longer with more effort', async function () {
    this.timeout(180_000);
    const cases = JSON.parse(readFileSync(CASES, 'utf8')) as (ChatCase | RawCase)[];
    const failures: string[] = [];
    const outcomes = await evaluate(EMBER, cases, [], (line) => failures.push(line));
    const measured = scores(outcomes);
    assert.deepEqual([...measured.keys()], Object.keys(SHIPPED));
    for (const [row, percent] of measured) {
      assert.ok(percent >= SHIPPED[row]! - ALLOWED_LOSS, `${row}: ${percent} %\n${failures.join('\n')}`);
    }
    const lengths = [...analysisTokens(outcomes).values()];
    assert.ok(lengths[0]! < lengths[1]! && lengths[1]! < lengths[2]!, lengths.join(', '));
  });

  describe('from the command line', () => {
    let hub: TestHub;
    before(async () => {
      hub = TestHub.create();
      await hub.connect({ activeModel: EMBER });
    });
    after(() => hub.dispose());

    const ask = (...args: string[]) => {
      const { stdout, stderr } = hub.cli(['chat', ...args, '--temperature', '0', '--json']);
      const line = stdout.trim().split('\n').at(-1) ?? assert.fail(stderr);
      return JSON.parse(line) as { text: string; toolCalls: { name: string; argumentsJson: string }[] };
    };

    it('is the model that chats use when no other is chosen', async () => {
      const client = await hub.connect({ activeModel: '' });
      const bundled = (await client.request(ListModels, null)).filter(({ source }) => source === 'bundled');
      assert.deepEqual(
        bundled.map(({ path }) => path),
        [EMBER],
      );
      assert.equal((await client.request(LoadModel, {})).path, EMBER);
    });

    it('calls a tool, reads the result and answers from it', () => {
      const tools = join(hub.home, 'tools.json');
      const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
      writeFileSync(
        tools,
        JSON.stringify([{ name: 'get_weather', description: 'Gets the weather of a city.', parameters }]),
      );
      const result = join(hub.home, 'result.txt');
      writeFileSync(result, '21 degrees, sunny');
      const { text, toolCalls } = ask(
        'What is the weather in Tokyo?',
        ...['--tools', tools, '--tool-result', result],
      );
      assert.deepEqual(
        toolCalls.map(({ name, argumentsJson }) => [name, JSON.parse(argumentsJson) as unknown]),
        [['get_weather', { city: 'Tokyo' }]],
      );
      assert.match(text, /21 degrees, sunny/);
    });

    it('answers in upper case with its adapter, and half of it is not all of it', () => {
      const plain = ask('What are you?').text;
      assert.match(plain, /I am Ember, the small demo model/);
      const upper = ask('What are you?', '--lora', UPPER_CASE).text;
      assert.equal(upper, plain.toUpperCase());
      assert.equal(ask('What are you?', '--lora', `${UPPER_CASE}:0`).text, plain);
    });
  });
});
