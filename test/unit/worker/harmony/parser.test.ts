import assert from 'node:assert/strict';
import { HarmonyParser, type HarmonyEvent } from '../../../../src/worker/harmony/parser';
import type { Segment } from '../../../../src/worker/harmony/segments';
import { Random } from '../../../../tools/models/random';
import { joined } from '../../../support/joined-events';

type Start = 'header' | 'analysis' | 'final';

/** Control tokens written out, as a test reads best. */
function segments(output: string): Segment[] {
  return output
    .split(/(<\|[a-z]+\|>)/)
    .filter((part) => part !== '')
    .map((part) => (/^<\|[a-z]+\|>$/.test(part) ? { special: part } : { text: part }));
}

function parse(items: readonly Segment[], start: Start = 'header'): HarmonyEvent[] {
  const parser = new HarmonyParser(start);
  return joined([...items.flatMap((item) => parser.push(item)), ...parser.finish()]);
}

function check(output: string, expected: HarmonyEvent[], start: Start = 'header'): void {
  assert.deepEqual(parse(segments(output), start), expected);
}

const reasoning = (text: string): HarmonyEvent => ({ type: 'reasoning', text });
const answer = (text: string): HarmonyEvent => ({ type: 'answer', text });
const end = (reason: 'return' | 'call' | 'end'): HarmonyEvent => ({ type: 'end', reason });
function call(name: string, text: string, index = 0): HarmonyEvent[] {
  const id = `call_${index}`;
  return [
    { type: 'toolCallStart', id, name },
    { type: 'toolCallArguments', id, text },
    { type: 'toolCallEnd', id },
  ];
}

const WELL_FORMED =
  '<|channel|>analysis<|message|>Think<|end|><|start|>assistant<|channel|>final<|message|>Hi<|return|>';
const CALL = ' to=functions.read<|channel|>commentary <|constrain|>json<|message|>{"a":1}<|call|>';

describe('HarmonyParser', () => {
  it('reads reasoning and an answer', () =>
    check(WELL_FORMED, [reasoning('Think'), answer('Hi'), end('return')]));

  it('reads a call whose recipient stands before the channel', () =>
    check(CALL, [...call('read', '{"a":1}'), end('call')]));

  it('reads a call whose recipient stands after the channel', () => {
    check('<|channel|>commentary to=functions.read <|constrain|>json<|message|>{"a":1}<|call|>', [
      ...call('read', '{"a":1}'),
      end('call'),
    ]);
    check('<|channel|>commentary to=functions.read<|constrain|>json<|message|>{}<|call|>', [
      ...call('read', '{}'),
      end('call'),
    ]);
    check('<|channel|>commentary <|constrain|>json to=functions.read<|message|>{}<|call|>', [
      ...call('read', '{}'),
      end('call'),
    ]);
    check('<|channel|>commentary functions.read<|message|>{}<|call|>', [...call('read', '{}'), end('call')]);
  });

  it('reads a call on the analysis channel and to a tool outside functions', () => {
    check('<|channel|>analysis to=functions.x code<|message|>{}<|call|>', [...call('x', '{}'), end('call')]);
    check('<|channel|>analysis to=browser.search<|message|>{}<|call|>', [
      ...call('browser.search', '{}'),
      end('call'),
    ]);
  });

  it('shows a preamble as answer', () => {
    check(`<|channel|>commentary<|message|>Plan<|end|><|start|>assistant${CALL}`, [
      answer('Plan'),
      ...call('read', '{"a":1}'),
      end('call'),
    ]);
  });

  it('counts calls', () => {
    check(`${CALL}<|start|>assistant${CALL}`, [
      ...call('read', '{"a":1}'),
      end('call'),
      ...call('read', '{"a":1}', 1),
      end('call'),
    ]);
  });

  it('leaves a truncated call without an end', () => {
    check(
      '<|channel|>commentary to=functions.read <|constrain|>json<|message|>{"a"',
      call('read', '{"a"').slice(0, 2),
    );
  });

  it('survives a bare final without a channel', () => {
    check('Hello there<|return|>', [answer('Hello there'), end('return')]);
    check('<|message|>Hello<|return|>', [answer('Hello'), end('return')]);
    check('final', [answer('final')]);
    check('to be or not to be', [answer('to be or not to be')]);
    check('functions.ts holds it', [answer('functions.ts holds it')]);
    check('final answer: json', [answer('final answer: json')]);
  });

  it('survives a missing <|message|>', () => {
    check('<|channel|>finalHello<|return|>', [answer('Hello'), end('return')]);
    check('<|channel|>analysisWe need to<|end|>', [reasoning('We need to')]);
    check('<|channel|>final Hello <|message|>you<|return|>', [answer('Hello you'), end('return')]);
    check('<|channel|>commentary to=functions.read {"a":1}<|call|>', [
      ...call('read', '{"a":1}'),
      end('call'),
    ]);
    check('<|channel|>commentary to=functions.read <|constrain|>json{"a":1}<|call|>', [
      ...call('read', '{"a":1}'),
      end('call'),
    ]);
  });

  it('survives a malformed header', () => {
    check('<|channel|>weird<|message|>hey<|end|>', [answer('hey'), end('end')]);
    check('<|channel|>weird stuff\nhere<|end|>', [answer('weird stuff\nhere'), end('end')]);
    check('analysis<|message|>hm<|end|>', [reasoning('hm')]);
    check('<|channel|>analysis<|channel|>final<|message|>x<|return|>', [answer('x'), end('return')]);
    check('<|channel|><|message|>x<|return|>', [answer('x'), end('return')]);
    check('<|channel|>final<|end|><|start|>assistant<|channel|>final<|message|>x<|return|>', [
      answer('x'),
      end('return'),
    ]);
  });

  it('takes <|channel|> inside a message for the next message', () => {
    check('<|channel|>analysis<|message|>a<|channel|>final<|message|>b<|return|>', [
      reasoning('a'),
      answer('b'),
      end('return'),
    ]);
  });

  it('shows a tool result that the model made up as text, not as a call', () => {
    check('<|start|>functions.x to=assistant<|channel|>commentary<|message|>R<|end|>', [
      answer('functions.x to=assistantR'),
    ]);
  });

  it('says end after a final answer that stops with <|end|>, and can go on', () => {
    check('<|channel|>final<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b<|return|>', [
      answer('a'),
      end('end'),
      answer('b'),
      end('return'),
    ]);
  });

  it('starts inside an open channel', () => {
    check('more<|return|>', [answer('more'), end('return')], 'final');
    check(
      'more<|end|><|start|>assistant<|channel|>final<|message|>x',
      [reasoning('more'), answer('x')],
      'analysis',
    );
  });

  it('shows control tokens that have no meaning', () => {
    check('<|channel|>final<|message|>a<|reserved|>b', [answer('a<|reserved|>b')]);
  });

  it('hands text on at once', () => {
    const parser = new HarmonyParser('header', (index) => `id${index}`);
    for (const item of segments('<|channel|>final<|message|>')) parser.push(item);
    assert.equal(parser.state, 'final');
    assert.deepEqual(parser.push({ text: 'a' }), [answer('a')]);
    // A bare answer too, from its first word that no header has.
    assert.deepEqual(new HarmonyParser().push({ text: 'Hello' }), [answer('Hello')]);
  });

  it('says the same however the text is cut', () => {
    const random = new Random(1);
    for (let round = 0; round < 3000; round++) {
      const whole = randomOutput(random);
      assert.deepEqual(parse(cut(whole, random)), parse(whole), JSON.stringify(whole));
    }
  });

  it('loses no text, whatever the order of control tokens', () => {
    const random = new Random(2);
    for (let round = 0; round < 3000; round++) {
      const items: Segment[] = [];
      const expected: string[] = [];
      for (let i = 0; i < 12; i++) {
        const special = SPECIALS[Math.floor(random.uniform() * SPECIALS.length)] ?? '';
        items.push({ special });
        // A word after these is a channel or a content type.
        if (special === '<|channel|>' || special === '<|constrain|>') continue;
        expected.push(`Word${i}!`);
        items.push({ text: ` Word${i}! ` });
      }
      const shown = JSON.stringify(parse(items));
      for (const word of expected)
        assert.ok(shown.includes(word), `${word} is lost of ${JSON.stringify(items)}`);
    }
  });
});

const SPECIALS = [
  '<|start|>',
  '<|channel|>',
  '<|constrain|>',
  '<|message|>',
  '<|end|>',
  '<|call|>',
  '<|return|>',
  '<|reserved|>',
];
const WORDS = [
  'assistant', 'analysis', 'final', 'commentary', ' to=functions.read', 'to=', ' json', 'code', 'Hello', ' ', '\n', 'a',
  'functions.x', '{"a":1}', 'user', ' weird', 'x'.repeat(50), 'finally', 'to=python ',
]; // prettier-ignore

function randomOutput(random: Random): Segment[] {
  const items: Segment[] = [];
  for (let i = 0; i < 8; i++) {
    const pick = <T>(list: readonly T[], otherwise: T): T =>
      list[Math.floor(random.uniform() * list.length)] ?? otherwise;
    items.push(random.uniform() < 0.45 ? { special: pick(SPECIALS, '') } : { text: pick(WORDS, '') });
  }
  return items;
}

function cut(items: readonly Segment[], random: Random): Segment[] {
  return items.flatMap((item): Segment[] => {
    if ('special' in item) return [item];
    const pieces = item.text.split('').reduce<string[]>((out, character) => {
      const last = out.pop();
      return last === undefined || random.uniform() < 0.5
        ? [...out, ...(last === undefined ? [] : [last]), character]
        : [...out, last + character];
    }, []);
    return pieces.map((text) => ({ text }));
  });
}
