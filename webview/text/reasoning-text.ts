import { formatDuration, plural } from '../../src/shared/util/format';

/** "Thought for 4.2 s · 312 tokens", with what is known of it. */
export function thoughtLabel(ms: number | undefined, tokens: number | undefined): string {
  const time = ms === undefined || ms <= 0 ? 'Thought' : `Thought for ${formatDuration(ms)}`;
  return tokens === undefined || tokens <= 0 ? time : `${time} · ${plural(tokens, 'token')}`;
}

/** "Thinking… 312 tokens" */
export function thinkingLabel(tokens: number | undefined): string {
  return tokens === undefined || tokens <= 0 ? 'Thinking…' : `Thinking… ${plural(tokens, 'token')}`;
}

const LAST_WORDS = 160;

/** The end of the reasoning on one line, cut at a word. */
export function lastWords(reasoning: string): string {
  const end = reasoning.slice(-LAST_WORDS).replace(/\s+/g, ' ').trimEnd();
  return reasoning.length <= LAST_WORDS ? end.trimStart() : end.slice(end.indexOf(' ') + 1);
}
