/** Small jobs (inline edits, the command line) have a context of their own, so that they never evict a chat's KV cache. */

const MOST_TOKENS = 8_192;

/** Tokens that it holds beside a context of so many tokens. */
export function smallContextSize(contextSize: number): number {
  return Math.min(MOST_TOKENS, contextSize);
}
