import assert from 'node:assert/strict';
import { endOf, shifted, type Span } from '../../../../src/extension/inline/positions';

const span = (startLine: number, startCharacter: number, endLine: number, endCharacter: number): Span => ({
  start: { line: startLine, character: startCharacter },
  end: { line: endLine, character: endCharacter },
});

describe('shifted', () => {
  const tracked = span(5, 2, 7, 4);
  const cases: [name: string, range: Span, text: string, expected: Span, inside: boolean][] = [
    ['a line is added above', span(1, 0, 1, 0), 'x\n', span(6, 2, 8, 4), false],
    ['a line is removed above', span(1, 0, 2, 0), '', span(4, 2, 6, 4), false],
    ['text on the same line before it', span(5, 0, 5, 1), 'abc', span(5, 4, 7, 4), false],
    ['text at its very start stays outside', span(5, 2, 5, 2), 'ab', span(5, 4, 7, 4), false],
    ['text at its very end stays outside', span(7, 4, 7, 4), 'ab', tracked, false],
    ['text below', span(9, 0, 9, 3), 'a\nb', tracked, false],
    ['text inside', span(6, 0, 6, 0), 'a\nb', span(5, 2, 8, 4), true],
    ['text inside, on its last line', span(7, 1, 7, 2), 'abc', span(5, 2, 7, 6), true],
    ['it is replaced as a whole', span(5, 2, 7, 4), 'x', span(5, 2, 5, 3), true],
    ['its start is swallowed', span(4, 0, 5, 5), '', span(4, 0, 6, 4), true],
    ['its end is swallowed', span(7, 0, 8, 1), 'q', span(5, 2, 7, 1), true],
  ];
  for (const [name, range, text, expected, inside] of cases) {
    it(name, () => assert.deepEqual(shifted(tracked, { range, text }), { span: expected, inside }));
  }

  it('knows where a text ends', () => {
    assert.deepEqual(endOf({ line: 3, character: 4 }, 'ab'), { line: 3, character: 6 });
    assert.deepEqual(endOf({ line: 3, character: 4 }, 'ab\r\ncde'), { line: 4, character: 3 });
  });
});
