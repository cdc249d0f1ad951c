/** One answer: prefill what the KV cache does not have yet, then decode until the model or the user ends it. */
import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { StopReason } from '../../shared/protocol/figures';
import type { Sampling } from '../../shared/protocol/settings';
import type { AnswerPacket, WorkerGenerateResult } from '../../shared/protocol/worker';
import type { OutputParser } from '../prompt/prompt-format';
import { Answer } from './answer';
import type { LeftSamplers } from './left-samplers';
import { prefill } from './prefill';
import type { TokenText } from './token-text';

export interface TurnOptions {
  model: LlamaModel;
  sequence: LlamaContextSequence;
  tokens: Token[];
  parser: OutputParser;
  /** The parser says when the turn is over; else an end token does. */
  parserEnds: boolean;
  tokenText: TokenText;
  samplers: LeftSamplers;
  sampling: Sampling;
  maxTokens: number | undefined;
  signal: AbortSignal;
  emit: (packet: AnswerPacket) => void;
  /** Called for every token that was evaluated. */
  onEvaluated: (tokens: number) => void;
}

/** Resolves when decoding has stopped, for whatever reason; throws only if llama.cpp does. */
export async function runTurn(options: TurnOptions): Promise<WorkerGenerateResult> {
  const { sequence, tokens, signal, emit } = options;
  const startedAt = performance.now();
  // The last token is evaluated by the decode loop, which samples from its logits.
  const head = tokens.slice(0, -1);
  await sequence.adaptStateToTokens(head, false);
  const reused = sequence.nextTokenIndex;
  const report = (done: number) =>
    emit({ type: 'prefill', done: reused + done, total: tokens.length, reused });
  report(0);
  let evaluated = 0;
  const whole = await prefill(sequence, head.slice(reused), signal, (done) => {
    options.samplers.add();
    options.onEvaluated(done - evaluated);
    evaluated = done;
    report(done);
  });
  const answer = new Answer(emit);
  let firstAt: number | undefined;
  let lastAt = startedAt;
  let stopReason: StopReason = 'cancelled';
  if (whole) {
    // Sliding-window layers forget: without a checkpoint here, the next turn, which drops this answer's
    // reasoning, would have to read the whole prompt again.
    if (sequence.needsCheckpoints) await sequence.takeCheckpoint();
    stopReason = await decode(options, answer, () => {
      lastAt = performance.now();
      firstAt ??= lastAt;
    });
    options.samplers.add();
  }
  const prefillEnd = firstAt ?? performance.now();
  const decodeMs = firstAt === undefined ? 0 : lastAt - firstAt;
  return {
    stopReason,
    figures: {
      ttftMs: prefillEnd - startedAt,
      prefillTokensPerSecond: rate(
        firstAt === undefined ? evaluated : tokens.length - reused,
        prefillEnd - startedAt,
      ),
      decodeTokensPerSecond: rate(answer.tokens - 1, decodeMs),
      inputTokens: tokens.length,
      reusedTokens: reused,
      outputTokens: answer.tokens,
      reasoningTokens: answer.reasoningTokens,
      reasoningMs: answer.reasoningMs,
    },
  };
}

async function decode(options: TurnOptions, answer: Answer, onToken: () => void): Promise<StopReason> {
  const { model, sequence, tokens, parser, tokenText, sampling, signal } = options;
  const last = tokens.at(-1);
  if (last === undefined) return 'cancelled';
  const stream = sequence.evaluate([last], {
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK,
    minP: sampling.minP,
    ...(sampling.seed === undefined ? {} : { seed: sampling.seed }),
    yieldEogToken: true,
  });
  const room = Math.min(options.maxTokens ?? Infinity, sequence.contextSize - tokens.length);
  const reasonAtEnd: StopReason = room === options.maxTokens ? 'max-tokens' : 'context';
  let reason: StopReason = 'end';
  for await (const token of stream) {
    onToken();
    options.onEvaluated(1);
    answer.countToken();
    for (const segment of tokenText.push(token)) answer.take(parser.push(segment));
    if (signal.aborted) reason = 'cancelled';
    else if (answer.ended !== undefined) reason = answer.ended === 'call' ? 'tool-calls' : 'end';
    else if (!options.parserEnds && model.isEogToken(token)) reason = 'end';
    else if (answer.tokens >= room) reason = reasonAtEnd;
    else continue;
    break;
  }
  for (const segment of tokenText.finish()) answer.take(parser.push(segment));
  answer.take(parser.finish());
  answer.finish();
  return reason === 'end' && answer.toolCalls > 0 ? 'tool-calls' : reason;
}

function rate(tokens: number, ms: number): number {
  return tokens > 0 && ms > 0 ? (tokens * 1_000) / ms : 0;
}
