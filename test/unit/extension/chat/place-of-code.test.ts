import assert from 'node:assert/strict';
import { placeOfLines } from '../../../../src/extension/chat/place-of-code';

describe('placeOfLines', () => {
  const cases: [
    name: string,
    document: string,
    lines: string,
    startLine: number,
    expected: number | undefined,
  ][] = [
    ['where they were', 'a\nb\nc', 'b\nc', 1, 1],
    ['moved down', 'new\na\nb\nc', 'b\nc', 1, 2],
    ['changed', 'a\nx\nc', 'b', 1, undefined],
    ['in two places, neither the old one', 'b\na\nb', 'b', 1, undefined],
    ['in two places, one the old one', 'b\na\nb', 'b', 2, 2],
    ['other line ends', 'a\r\nb\r\nc', 'b\nc', 0, 1],
    ['beyond the end', 'a', 'a\nb', 0, undefined],
  ];
  for (const [name, document, lines, startLine, expected] of cases) {
    it(name, () => assert.equal(placeOfLines(document, lines, startLine), expected));
  }
});
