/** From tokens back to text, one at a time: UTF-8 that is split over tokens is held until it is whole. */
import type { LlamaModel, Token } from 'node-llama-cpp';
import type { Segment } from '../harmony/segments';

/** A character has at most four bytes: what is still broken then is not going to become whole. */
const MOST_HELD = 4;
const REPLACEMENT = '\uFFFD';

export class TokenText {
  private held: Token[] = [];
  private last: Token[] = [];

  constructor(
    private readonly model: LlamaModel,
    private readonly controlTokens: ReadonlyMap<Token, string>,
  ) {}

  /** The segments that this token completes; empty while a character is incomplete. */
  push(token: Token): Segment[] {
    const special = this.controlTokens.get(token);
    if (special !== undefined) return [...this.finish(), { special }];
    this.held.push(token);
    const text = this.model.detokenize(this.held, false, this.last);
    if (text.endsWith(REPLACEMENT) && this.held.length < MOST_HELD) return [];
    return this.emit(text);
  }

  /** What is still held, whole or not. */
  finish(): Segment[] {
    return this.held.length === 0 ? [] : this.emit(this.model.detokenize(this.held, false, this.last));
  }

  private emit(text: string): Segment[] {
    this.last = [...this.last, ...this.held].slice(-MOST_HELD);
    this.held = [];
    return text === '' ? [] : [{ text }];
  }
}
