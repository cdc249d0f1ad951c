import assert from 'node:assert/strict';
import { segmentsToTokens, type Tokenizer } from '../../../../src/worker/prompt/tokenize';

/** Like llama.cpp with user-defined tokens: parses a control token out of any text that has a whole one. */
const tokenizer: Tokenizer = {
  controlTokens: new Map([['<|end|>', 1000]]),
  encode: (text, specialTokens) => {
    assert.equal(specialTokens, false);
    return text
      .split(/(<\|end\|>)/)
      .flatMap((part) => (part === '<|end|>' ? [1000] : [...Buffer.from(part)]));
  },
};

describe('segmentsToTokens', () => {
  it('makes control tokens of special segments only', () => {
    const text = 'a<|end|>';
    assert.deepEqual(segmentsToTokens([{ text }, { special: '<|end|>' }], tokenizer), [
      ...Buffer.from(text),
      1000,
    ]);
  });

  it('refuses a control token that the model does not have', () => {
    assert.throws(() => segmentsToTokens([{ special: '<|start|>' }], tokenizer), /<\|start\|>/);
  });
});
