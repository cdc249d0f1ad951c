import assert from 'node:assert/strict';
import { enclosingLines, wholeLines } from '../../../../src/extension/selection/line-range';
import { problemText } from '../../../../src/extension/selection/problem-text';

describe('wholeLines', () => {
  it('leaves out a last line of which nothing is selected', () => {
    const selection = { startLine: 2, startColumn: 3, endLine: 5, endColumn: 0 };
    assert.deepEqual(wholeLines(selection), { startLine: 2, endLine: 4 });
    assert.deepEqual(wholeLines({ ...selection, endColumn: 1 }), { startLine: 2, endLine: 5 });
    assert.deepEqual(wholeLines({ ...selection, endLine: 2 }), { startLine: 2, endLine: 2 });
  });
});

describe('enclosingLines', () => {
  const problem = { startLine: 50, endLine: 50 };

  it('takes the smallest block around the problem', () => {
    const blocks = [
      { startLine: 0, endLine: 100 },
      { startLine: 40, endLine: 60 },
      { startLine: 70, endLine: 80 },
    ];
    assert.deepEqual(enclosingLines(problem, blocks, 120), { startLine: 40, endLine: 60 });
  });

  it('takes some lines on both sides where no block fits', () => {
    assert.deepEqual(enclosingLines(problem, [{ startLine: 0, endLine: 900 }], 901), {
      startLine: 40,
      endLine: 60,
    });
    assert.deepEqual(enclosingLines({ startLine: 1, endLine: 1 }, [], 5), { startLine: 0, endLine: 4 });
  });
});

describe('problemText', () => {
  it('names one problem, or all', () => {
    const first = { message: 'Not found.', source: 'ts', code: '2304', line: 4 };
    assert.equal(problemText('Fix', [first]), 'Fix this problem in line 4: Not found. (ts 2304)');
    assert.equal(
      problemText('Explain', [first, { message: 'Unused.', line: 9 }]),
      'Explain these problems:\n- line 4: Not found. (ts 2304)\n- line 9: Unused.',
    );
  });
});
