import assert from 'node:assert/strict';
import { DEFAULT_HARMONY_SYSTEM, expandSystemMessage } from '../../../../src/shared/util/system-message';

const values = { effort: 'high', date: '2025-06-28', hasTools: false };

describe('expandSystemMessage', () => {
  it('fills the default message', () => {
    assert.equal(
      expandSystemMessage(DEFAULT_HARMONY_SYSTEM, values),
      'You are ChatGPT, a large language model trained by OpenAI.\nKnowledge cutoff: 2024-06\nCurrent date: 2025-06-28\n\n' +
        'Reasoning: high\n\n' +
        '# Valid channels: analysis, commentary, final. Channel must be included for every message.',
    );
  });

  it('adds the line about tools only when there are some', () => {
    assert.equal(
      expandSystemMessage('x.{tools}', { ...values, hasTools: true }),
      "x.\nCalls to these tools must go to the commentary channel: 'functions'.",
    );
  });

  it('leaves everything else alone', () => {
    assert.equal(
      expandSystemMessage('{ effort } {other} $& {{date}} {effort}{effort}', values),
      '{ effort } {other} $& {2025-06-28} highhigh',
    );
    assert.equal(expandSystemMessage('{effort}', { ...values, effort: '$& {date}' }), '$& {date}');
  });
});
