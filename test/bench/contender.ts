/** What the stream benchmark compares: anything that turns a prompt into tokens. */
import type { Prompt } from '../../src/shared/protocol/prompt';
import type { Sampling } from '../../src/shared/protocol/settings';

export interface Contender {
  readonly name: string;
  /** Generates exactly `tokens` tokens from `PROMPT`. */
  stream(tokens: number): Promise<Streamed>;
  dispose(): Promise<void>;
}

/** As the receiver saw it, by its own clock. */
export interface Streamed {
  tokensPerSecond: number;
  /** Of the speed that the worker itself measured, where there is one: what is lost on the way. */
  ofWorker?: number;
  /** Milliseconds between two deltas; empty where nobody receives any. */
  gaps: number[];
}

export const PROMPT: Prompt = {
  system: 'Reasoning: low',
  instructions: '',
  tools: [],
  effort: 'low',
  messages: [{ role: 'user', text: 'Tell me a story that never ends.' }],
};

/** Greedy, the tiny model repeats itself for ever, and everybody generates the same tokens. */
export const GREEDY: Sampling = { temperature: 0, topP: 1, topK: 0, minP: 0 };

export const CONTEXT_SIZE = 8_192;
export const BATCH_SIZE = 512;
export const THREADS = 1;

export function rate(tokens: number, ms: number): number {
  return (tokens * 1_000) / ms;
}

export function differences(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - times[index]!);
}
