import type { Figures } from '../protocol/figures';
import { formatCount, formatDuration, formatSpeed, plural } from './format';

/** The line under an answer. A figure that was not measured is left out, never shown as zero. */
export function figuresParts(figures: Figures): string[] {
  const { decodeTokensPerSecond, ttftMs, outputTokens, prefillTokensPerSecond, reusedTokens, inputTokens } =
    figures;
  const parts: string[] = [];
  if (decodeTokensPerSecond > 0) parts.push(formatSpeed(decodeTokensPerSecond));
  if (ttftMs > 0) parts.push(`first token ${formatDuration(ttftMs)}`);
  parts.push(plural(outputTokens, 'token'));
  if (prefillTokensPerSecond > 0) parts.push(`prefill ${formatSpeed(prefillTokensPerSecond)}`);
  if (inputTokens > 0) parts.push(`${formatCount(reusedTokens)} of ${formatCount(inputTokens)} reused`);
  return parts;
}
