import assert from 'node:assert/strict';
import type { LlamaModel, Token } from 'node-llama-cpp';
import { LeftSamplers } from '../../../../src/worker/llama/left-samplers';
import { TokenText } from '../../../../src/worker/llama/token-text';
import { runTurn, type TurnOptions } from '../../../../src/worker/llama/turn';

const EVALUATIONS = 8;
/** A prompt that takes seven slices, each twice as large as the one before; a slow moment makes them more. */
const PROMPT_TOKENS = 64 * (2 ** (EVALUATIONS - 1) - 1);

describe('the samplers that a turn leaves', () => {
  it('are collected at every eighth evaluation: each slice of the prompt is one, and the answer another', async () => {
    let evaluations = 0;
    let collected = 0;
    const model = { isEogToken: () => true, detokenize: () => '' } as unknown as LlamaModel;
    const sequence = {
      nextTokenIndex: 0,
      needsCheckpoints: false,
      contextSize: 2 * PROMPT_TOKENS,
      adaptStateToTokens: () => Promise.resolve(),
      evaluateWithoutGeneratingNewTokens: () => {
        evaluations++;
        return Promise.resolve();
      },
      *evaluate() {
        evaluations++;
        yield 0 as Token;
      },
    } as unknown as TurnOptions['sequence'];

    await runTurn({
      model,
      sequence,
      tokens: Array.from({ length: PROMPT_TOKENS + 1 }, () => 1 as Token),
      parser: { push: () => [], finish: () => [] },
      parserEnds: false,
      tokenText: new TokenText(model, new Map()),
      samplers: new LeftSamplers(() => collected++),
      sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
      maxTokens: undefined,
      signal: new AbortController().signal,
      emit: () => undefined,
      onEvaluated: () => undefined,
    });
    assert.ok(evaluations >= EVALUATIONS, `${evaluations}`);
    assert.equal(collected, Math.floor(evaluations / EVALUATIONS));
  });
});
