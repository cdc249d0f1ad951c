import assert from 'node:assert/strict';
import { fencedCode } from '../../../../src/extension/inline/fenced-code';

describe('fencedCode', () => {
  const finished: [name: string, answer: string, code: string | undefined][] = [
    ['one block', '```ts\nlet a = 1;\n```', 'let a = 1;'],
    ['text around it', 'Here it is:\n\n```\nx\ny\n```\nThat is all.', 'x\ny'],
    ['no fence', '\n  let a = 1;\n', '  let a = 1;'],
    ['a fence that was never closed', '```ts\nlet a = 1;\nlet b', 'let a = 1;\nlet b'],
    ['a longer fence around a shorter one', '````md\n```js\nx\n```\n````', '```js\nx\n```'],
    ['tildes', '~~~py\nx\n~~~', 'x'],
    ['an empty block', '```\n```', ''],
    ['blank lines inside', '```\n\na\n\nb\n\n```', '\na\n\nb\n'],
    ['Windows line ends', '```\r\na\r\nb\r\n```\r\n', 'a\nb'],
    ['only the first of two', '```\na\n```\n```\nb\n```', 'a'],
    ['backticks in a line', '```\na ``` b\n```', 'a ``` b'],
    ['nothing', ' \n ', undefined],
  ];
  for (const [name, answer, code] of finished) {
    it(`finished: ${name}`, () => assert.equal(fencedCode(answer, true), code));
  }

  it('waits for the fence while the answer runs', () => {
    assert.equal(fencedCode('Sure, here', false), undefined);
    assert.equal(fencedCode('Sure\n```typ', false), undefined);
    assert.equal(fencedCode('Sure\n```ts\n', false), undefined);
  });

  it('holds back what may become the closing fence', () => {
    assert.equal(fencedCode('```\na\n``', false), 'a');
    assert.equal(fencedCode('```\na\n  ', false), 'a');
  });

  it('only ever grows while the answer runs', () => {
    const answer = 'Text `x`\n```ts\n  if (a) {\n\n    b(`${c}`);\n  }\n```\nDone.';
    let before = '';
    for (let length = 0; length <= answer.length; length++) {
      const now = fencedCode(answer.slice(0, length), false) ?? '';
      assert.ok(now.startsWith(before), `${JSON.stringify(before)} became ${JSON.stringify(now)}`);
      before = now;
    }
    assert.equal(before, fencedCode(answer, true));
  });
});
