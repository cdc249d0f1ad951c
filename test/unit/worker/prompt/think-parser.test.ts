import assert from 'node:assert/strict';
import type { HarmonyEvent } from '../../../../src/worker/harmony/parser';
import { ThinkParser, type ThinkParserOptions } from '../../../../src/worker/prompt/think-parser';
import { joined } from '../../../support/joined-events';
import { Random } from '../../../../tools/models/random';

function parse(pieces: readonly string[], options?: ThinkParserOptions): HarmonyEvent[] {
  const parser = new ThinkParser(options);
  return joined([...pieces.flatMap((text) => parser.push({ text })), ...parser.finish()]);
}

/** In one piece, and character by character. */
function check(output: string, expected: HarmonyEvent[], options?: ThinkParserOptions): void {
  assert.deepEqual(parse([output], options), expected);
  assert.deepEqual(parse(output.split(''), options), expected);
}

const reasoning = (text: string): HarmonyEvent => ({ type: 'reasoning', text });
const answer = (text: string): HarmonyEvent => ({ type: 'answer', text });
function call(name: string, text: string, index = 0): HarmonyEvent[] {
  const id = `call_${index}`;
  return [
    { type: 'toolCallStart', id, name },
    { type: 'toolCallArguments', id, text },
    { type: 'toolCallEnd', id },
  ];
}

describe('ThinkParser', () => {
  it('takes everything for the answer when there are no tags', () =>
    check('Hello <b>there</b>', [answer('Hello <b>there</b>')]));

  it('splits reasoning from the answer', () => {
    check('<think>\nhm\n</think>\n\nHi', [reasoning('hm\n'), answer('Hi')]);
    check('\n<think>hm</think>Hi', [reasoning('hm'), answer('Hi')]);
    check('<think></think>Hi', [answer('Hi')]);
  });

  it('starts in reasoning where the prompt ends in <think>', () => {
    check('\nhm</think>\nHi', [reasoning('hm'), answer('Hi')], { startsInReasoning: true });
  });

  it('keeps what was cut off', () => {
    check('<think>hm, so', [reasoning('hm, so')]);
    check('<think>hm</thi', [reasoning('hm</thi')]);
    check('<thi', [answer('<thi')]);
    check('Hi <tool', [answer('Hi <tool')]);
  });

  it('takes <think> inside the answer for text', () =>
    check('Use <think> tags', [answer('Use <think> tags')]));

  it('reads calls', () => {
    check(
      '<tool_call>\n{"name": "read", "arguments": {"path": "a"}}\n</tool_call>',
      call('read', '{"path":"a"}'),
    );
    check(
      '<think>x</think>Look: <tool_call>{"name":"a"}</tool_call>\n<tool_call>{"name":"b","arguments":"{}"}</tool_call>',
      [reasoning('x'), answer('Look: '), ...call('a', '{}'), answer('\n'), ...call('b', '{}', 1)],
    );
    check('<tool_call>{"name":"a"}', call('a', '{}'));
  });

  it('shows a call that is no JSON', () => {
    check('<tool_call>{"name": oops}</tool_call> sorry', [
      answer('<tool_call>{"name": oops}</tool_call> sorry'),
    ]);
    check('<tool_call>{"name": "a', [answer('<tool_call>{"name": "a')]);
    check('<tool_call>[1]</tool_call>', [answer('<tool_call>[1]</tool_call>')]);
  });

  it('ends at an end token and takes other control tokens for text', () => {
    const parser = new ThinkParser({ endTokens: ['<|im_end|>'] });
    const events = [
      { special: '<think>' },
      { text: 'x' },
      { special: '</think>' },
      { text: 'y<' },
      { special: '<|im_end|>' },
    ];
    assert.deepEqual(joined(events.flatMap((item) => parser.push(item))), [
      reasoning('x'),
      answer('y<'),
      { type: 'end', reason: 'return' },
    ]);
  });

  it('says the same however the text is cut', () => {
    const random = new Random(4);
    const parts = [
      '<think>',
      '</think>',
      '<tool_call>',
      '</tool_call>',
      '{"name":"a"}',
      'text',
      '<',
      ' ',
      '\n',
      'th',
      '/',
    ];
    for (let round = 0; round < 2000; round++) {
      const whole = Array.from({ length: 8 }, () => parts[Math.floor(random.uniform() * parts.length)]).join(
        '',
      );
      const at = Math.floor(random.uniform() * whole.length);
      assert.deepEqual(parse(whole.split('')), parse([whole]), whole);
      assert.deepEqual(parse([whole.slice(0, at), whole.slice(at)]), parse([whole]), whole);
    }
  });
});
