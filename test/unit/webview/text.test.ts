import assert from 'node:assert/strict';
import { ERROR_CODES } from '../../../src/shared/protocol/errors';
import { errorActions } from '../../../webview/text/error-actions';
import { fileLabel } from '../../../webview/text/file-label';
import { figuresParts } from '../../../src/shared/util/figures-text';
import { formatAge } from '../../../webview/text/format-age';
import { modelPlace } from '../../../webview/text/model-place';
import { lastWords, thinkingLabel, thoughtLabel } from '../../../webview/text/reasoning-text';
import { FIGURES, READY_MODEL, SELECTION } from '../../support/webview-samples';

describe('text of the chat view', () => {
  const same = (made: unknown[], wanted: unknown[]) => assert.deepEqual(made, wanted);

  it('writes ages', () => {
    const now = Date.UTC(2026, 5, 15, 12);
    const hour = 3_600_000;
    same(
      [0, hour / 12, 3 * hour, 30 * hour].map((ago) => formatAge(now - ago, now)),
      [...['now', '5 min ago', '3 h ago', 'yesterday']],
    );
    assert.equal(formatAge(Date.UTC(2025, 2, 12, 12), now), '12 Mar 2025');
  });

  it('writes the line under an answer and leaves out what was not measured', () => {
    assert.equal(
      figuresParts(FIGURES).join(' · '),
      '132 tok/s · first token 0.4 s · 1,204 tokens · prefill 812 tok/s · 41,200 of 42,000 reused',
    );
    const nothing = {
      ...FIGURES,
      ttftMs: 0,
      decodeTokensPerSecond: 0,
      prefillTokensPerSecond: 0,
      inputTokens: 0,
    };
    assert.deepEqual(figuresParts({ ...nothing, outputTokens: 1 }), ['1 token']);
  });

  it('writes what is known of the reasoning', () => {
    assert.equal(thoughtLabel(4210, 312), 'Thought for 4.2 s · 312 tokens');
    assert.equal(thoughtLabel(undefined, undefined), 'Thought');
    assert.equal(thinkingLabel(312), 'Thinking… 312 tokens');
    assert.equal(lastWords('  one\ntwo '), 'one two');
    const long = lastWords('word '.repeat(500));
    assert.ok(long.length <= 160 && long.startsWith('word') && long.endsWith('word'));
  });

  it('says where a model lies', () => {
    assert.deepEqual(modelPlace(READY_MODEL), [
      'All 37 layers on the GPU (NVIDIA H200)',
      '62.2 GiB GPU memory',
      '1.1 GiB RAM',
      '65,536 tokens of context',
    ]);
  });

  it('names a file and its lines', () => {
    assert.equal(fileLabel(SELECTION), 'admission-queue.ts:12-40');
    assert.equal(fileLabel({ ...SELECTION, path: 'C:\\a\\b.ts', endLine: 12 }), 'b.ts:12');
  });

  it('has something to do for every error', () => {
    for (const code of ERROR_CODES) assert.ok(errorActions(code).length > 0, code);
  });
});
