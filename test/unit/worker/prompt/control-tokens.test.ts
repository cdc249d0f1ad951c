import assert from 'node:assert/strict';
import {
  breakControlTokens,
  chooseMarker,
  markControlTokens,
} from '../../../../src/worker/prompt/control-tokens';
import { Random } from '../../../../tools/models/random';

const TOKENS = ['<|start|>', '<|end|>', '<|', '<s>', '</s>', '|>x|>', '#'];

function check(text: string, expected: string[]): void {
  assert.deepEqual(breakControlTokens(text, TOKENS), expected);
}

describe('breakControlTokens', () => {
  it('leaves ordinary text whole', () => check('a < b | c', ['a < b | c']));
  it('gives nothing for nothing', () => check('', []));
  it('cuts after the second character', () => check('a</s>b', ['a</', 's>b']));
  it('cuts a token of two characters in the middle', () => check('a<|b', ['a<', '|b']));
  it('cuts each of several, overlapping ones too', () =>
    check('<|end|><|end|>', ['<', '|', 'end|><', '|', 'end|>']));
  it('leaves tokens of one character alone', () => check('a#b', ['a#b']));

  it('does not cut a surrogate pair', () => {
    assert.deepEqual(breakControlTokens('a<😀>b', ['<😀>']), ['a<', '😀>b']);
    assert.deepEqual(breakControlTokens('😀end', ['😀end']), ['😀', 'end']);
  });

  it('leaves no token in any piece, and loses nothing', () => {
    const random = new Random(3);
    const parts = ['<', '|', '>', 'start', 'end', 's', '/', 'x', ' '];
    const long = TOKENS.filter((token) => token.length > 1);
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: 30 }, () => parts[Math.floor(random.uniform() * parts.length)]).join(
        '',
      );
      const pieces = breakControlTokens(text, TOKENS);
      assert.equal(pieces.join(''), text);
      for (const piece of pieces)
        for (const token of long) assert.ok(!piece.includes(token), `${token} in ${piece}`);
    }
  });

  it('is quick on a long text and a thousand control tokens', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `<|reserved_${index}|>`);
    const started = performance.now();
    breakControlTokens('some text '.repeat(100_000), many);
    assert.ok(performance.now() - started < 100);
  });
});

describe('chooseMarker', () => {
  it('takes a noncharacter that no text has', () => {
    assert.equal(chooseMarker(['abc']), '\ufdd0');
    assert.equal(chooseMarker(['a\ufdd0', '\ufdd1']), '\ufdd2');
  });

  it('gives up when all are taken', () => {
    const all = Array.from({ length: 32 }, (_, index) => String.fromCharCode(0xfdd0 + index)).join('');
    assert.throws(() => chooseMarker([all]), /noncharacter/);
  });
});

describe('markControlTokens', () => {
  it('puts the marker where the text would be cut', () => {
    assert.equal(markControlTokens('a</s>b', TOKENS, '\ufdd0'), 'a</\ufdd0s>b');
  });
});
