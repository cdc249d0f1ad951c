import './dom';
import assert from 'node:assert/strict';
import { BlockLexer } from '../../../webview/markdown/block-lexer';
import { LONG_WORDS, RICH_ANSWER } from '../../support/webview-texts';

const types = (lexer: BlockLexer, text: string) => lexer.update(text).map(({ token }) => token.type);

describe('BlockLexer', () => {
  it('comes to the same blocks however the text arrives', () => {
    for (const text of [
      RICH_ANSWER,
      LONG_WORDS,
      '- a\n- b\n\n  more of b\n\n1. x\n2. y\n',
      'Title\n===\ntext',
    ]) {
      const whole = new BlockLexer().update(text);
      for (const step of [1, 3, 17]) {
        const lexer = new BlockLexer();
        for (let end = step; end < text.length; end += step) lexer.update(text.slice(0, end));
        assert.deepEqual(
          lexer.update(text).map(({ key }) => key),
          whole.map(({ key }) => key),
        );
      }
    }
  });

  it('keeps settled blocks and lexes only the end again', () => {
    const lexer = new BlockLexer();
    let text = 'A paragraph of some length.\n\n'.repeat(500);
    const before = lexer.update(text);
    const lexed = lexer.lexedCharacters;
    for (let token = 0; token < 100; token++) {
      text += 'word ';
      lexer.update(text);
    }
    const after = lexer.update(text);
    assert.equal(after.length, 501);
    before.forEach((block, index) => assert.equal(after[index], block));
    assert.ok(
      lexer.lexedCharacters - lexed < 100 * 700,
      `${lexer.lexedCharacters - lexed} characters were lexed for 500`,
    );
  });

  it('reads an open fence as code', () => {
    const lexer = new BlockLexer();
    assert.deepEqual(types(lexer, 'Look:\n\n```ts\nconst a'), ['paragraph', 'code']);
    assert.deepEqual(types(lexer, 'Look:\n\n```ts\nconst a = 1;\n\n# no heading'), ['paragraph', 'code']);
    assert.deepEqual(types(lexer, 'Look:\n\n```ts\nconst a = 1;\n\n# no heading\n```\n\nSo.'), [
      ...['paragraph', 'code', 'paragraph'],
    ]);
  });

  it('reads links again once they are defined', () => {
    const lexer = new BlockLexer();
    const text = 'See [this][1].\n\nOne.\n\nTwo.\n\nThree.\n\n';
    const before = lexer.update(text)[0];
    const after = lexer.update(`${text}[1]: https://example.com\n`)[0];
    assert.notEqual(after, before);
    assert.match(JSON.stringify(after?.token), /"href":"https:\/\/example.com"/);
  });

  it('begins again with another text', () => {
    const lexer = new BlockLexer();
    lexer.update('One.\n\nTwo.\n\nThree.\n\nFour.');
    assert.deepEqual(types(lexer, '# Other'), ['heading']);
  });
});
