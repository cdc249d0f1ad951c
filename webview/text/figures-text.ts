import type { Figures } from '../../src/shared/protocol/figures';
import { formatCount, formatDuration, formatRate, plural } from './format';

/** The line under an answer. A figure that was not measured is left out, never shown as zero. */
export function figuresParts(figures: Figures): string[] {
  const { decodeTokensPerSecond, ttftMs, outputTokens, prefillTokensPerSecond, reusedTokens, inputTokens } =
    figures;
  const parts: string[] = [];
  if (decodeTokensPerSecond > 0) parts.push(`${formatRate(decodeTokensPerSecond)} tok/s`);
  if (ttftMs > 0) parts.push(`first token ${formatDuration(ttftMs)}`);
  parts.push(plural(outputTokens, 'token'));
  if (prefillTokensPerSecond > 0) parts.push(`prefill ${formatRate(prefillTokensPerSecond)} tok/s`);
  if (inputTokens > 0) parts.push(`${formatCount(reusedTokens)} of ${formatCount(inputTokens)} reused`);
  return parts;
}
