import assert from 'node:assert/strict';
import { ERROR_CODES } from '../../../src/shared/protocol/errors';
import { errorActions } from '../../../webview/text/error-actions';
import { fileLabel } from '../../../webview/text/file-label';
import { figuresParts } from '../../../webview/text/figures-text';
import {
  formatAge,
  formatBytes,
  formatDuration,
  formatPercent,
  formatRate,
  formatRough,
  ordinal,
  plural,
} from '../../../webview/text/format';
import { modelPlace } from '../../../webview/text/model-place';
import { lastWords, thinkingLabel, thoughtLabel } from '../../../webview/text/reasoning-text';
import { FIGURES, READY_MODEL, SELECTION } from '../../support/webview-samples';

describe('text of the chat view', () => {
  const same = (made: unknown[], wanted: unknown[]) => assert.deepEqual(made, wanted);

  it('writes figures as a person reads them', () => {
    same([842, 1800, 9999, 18_200, 42_000, 131_072, 1_200_000].map(formatRough), [
      ...['842', '1.8k', '10k', '18k', '42k', '131k', '1.2M'],
    ]);
    same([412, 4210, 9960, 12_300, 125_000].map(formatDuration), [
      '0.4 s',
      '4.2 s',
      '10 s',
      '12 s',
      '2 min 5 s',
    ]);
    same([8.44, 9.96, 132.4].map(formatRate), ['8.4', '10', '132']);
    same([0, 0.431, 0.999, 1].map(formatPercent), ['0 %', '43 %', '99 %', '99 %']);
    same([700, 2_400_000, 63.4 * 2 ** 30].map(formatBytes), ['1 KiB', '2 MiB', '63.4 GiB']);
    same([1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal), [
      ...['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th'],
    ]);
    same([plural(1, 'token'), plural(1204, 'token')], ['1 token', '1,204 tokens']);
  });

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
