/** Reads a prompt into the KV cache in slices, so that it can be stopped, watched and interleaved. */
import type { LlamaContextSequence, Token } from 'node-llama-cpp';

/** A slice should take about this long: a stop is answered within one. */
const SLICE_MS = 200;
const FIRST_SLICE = 64;
const SMALLEST_SLICE = 16;
const LARGEST_SLICE = 4_096;

/** Chooses the next slice from the time that the last one took. Tokens. */
export function nextSlice(tokens: number, tookMs: number): number {
  const wanted = tookMs <= 0 ? tokens * 2 : Math.round((tokens * SLICE_MS) / tookMs);
  return Math.max(SMALLEST_SLICE, Math.min(wanted, tokens * 2, LARGEST_SLICE));
}

/**
 * Evaluates `tokens` without sampling.
 * @param onSlice called after each slice with the tokens evaluated so far
 * @returns false if `signal` stopped it; the sequence then holds what was evaluated
 */
export async function prefill(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  signal: AbortSignal,
  onSlice: (done: number) => void,
): Promise<boolean> {
  let size = FIRST_SLICE;
  for (let done = 0; done < tokens.length;) {
    if (signal.aborted) return false;
    const slice = tokens.slice(done, done + size);
    const start = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(slice);
    done += slice.length;
    if (slice.length === size) size = nextSlice(size, performance.now() - start);
    onSlice(done);
  }
  return !signal.aborted;
}
