/** What was measured of one answer. Times are milliseconds, counts are tokens. */
export interface Figures {
  /** From the worker's start on the request to the first generated token. */
  ttftMs: number;
  prefillTokensPerSecond: number;
  decodeTokensPerSecond: number;
  /** Tokens of the whole prompt. */
  inputTokens: number;
  /** Of those, tokens whose KV cache was still there. */
  reusedTokens: number;
  /** Tokens that the model generated, reasoning and control tokens included. */
  outputTokens: number;
  /** Of those, tokens of reasoning, and how long they took. */
  reasoningTokens: number;
  reasoningMs: number;
}

/** The figures of an answer of which nothing was measured. */
export const NO_FIGURES: Figures = {
  ttftMs: 0,
  prefillTokensPerSecond: 0,
  decodeTokensPerSecond: 0,
  inputTokens: 0,
  reusedTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  reasoningMs: 0,
};

/** Of an answer that was continued: what was generated adds up, the rest is the last part's. */
export function addFigures(first: Figures | undefined, last: Figures): Figures {
  if (first === undefined) return last;
  return {
    ...last,
    outputTokens: first.outputTokens + last.outputTokens,
    reasoningTokens: first.reasoningTokens + last.reasoningTokens,
    reasoningMs: first.reasoningMs + last.reasoningMs,
  };
}

/** Why an answer ended. `context`: the context is full; nothing was shifted out. */
export type StopReason = 'end' | 'tool-calls' | 'max-tokens' | 'context' | 'cancelled' | 'failed';
