/** From segments to token ids. */
import type { Segment } from '../harmony/segments';
import { breakControlTokens } from './control-tokens';

/** What of a model's tokenizer is needed. */
export interface Tokenizer {
  /** Token ids of `text`, without an added beginning-of-text token; `specialTokens` parses control tokens in it. */
  encode(text: string, specialTokens: boolean): number[];
  /** Control token text → id, user-defined tokens of the same kind included. */
  controlTokens: ReadonlyMap<string, number>;
}

/**
 * Token ids of the segments. Control tokens come only from `special` segments, never from text.
 * @throws Error when the model has no such control token: it is not a model of that format.
 */
export function segmentsToTokens(segments: readonly Segment[], tokenizer: Tokenizer): number[] {
  const names = [...tokenizer.controlTokens.keys()];
  const tokens: number[] = [];
  for (const segment of segments) {
    if ('special' in segment) {
      const id = tokenizer.controlTokens.get(segment.special);
      if (id === undefined) throw new Error(`The model has no control token ${segment.special}.`);
      tokens.push(id);
      continue;
    }
    for (const piece of breakControlTokens(segment.text, names)) {
      for (const token of tokenizer.encode(piece, false)) tokens.push(token);
    }
  }
  return tokens;
}
