import assert from 'node:assert/strict';
import { changedLines } from '../../../../src/extension/inline/changed-lines';
import { phaseTitle, type EditPhase } from '../../../../src/extension/inline/edit-phase';

describe('phaseTitle', () => {
  const running = (phase: Omit<Extract<EditPhase, { kind: 'running' }>, 'kind'>): EditPhase => ({
    kind: 'running',
    ...phase,
  });
  const cases: [EditPhase, string | undefined][] = [
    [running({ hasCode: false }), '$(loading~spin) Waiting'],
    [
      running({ hasCode: false, progress: { phase: 'queued', position: 1 } }),
      '$(loading~spin) Waiting: 2nd in line',
    ],
    [
      running({ hasCode: false, progress: { phase: 'prefill', done: 1024, total: 4000, reused: 0 } }),
      '$(loading~spin) Reading 1k of 4k tokens',
    ],
    [
      running({ hasCode: false, progress: { phase: 'decode', tokens: 9, tokensPerSecond: 131.6 } }),
      '$(loading~spin) Thinking · 132 tok/s',
    ],
    [
      running({ hasCode: true, progress: { phase: 'decode', tokens: 9, tokensPerSecond: 131.6 } }),
      '$(loading~spin) Writing · 132 tok/s',
    ],
    [{ kind: 'review', stopReason: 'end' }, undefined],
    [{ kind: 'review', stopReason: 'context' }, 'Cut off: the context is full'],
  ];
  for (const [phase, title] of cases) it(title ?? 'nothing', () => assert.equal(phaseTitle(phase), title));
});

describe('changedLines', () => {
  it('names the lines that are new', () => {
    assert.deepEqual(changedLines('a\nb\nc', 'a\nx\ny\nc'), [{ first: 1, last: 2 }]);
    assert.deepEqual(changedLines('a\nb', 'a\nb'), []);
    assert.deepEqual(changedLines('a\nb', 'a'), []);
    assert.deepEqual(changedLines('', 'a\nb'), [{ first: 0, last: 1 }]);
  });
});
