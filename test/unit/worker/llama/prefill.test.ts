import assert from 'node:assert/strict';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { nextSlice, prefill } from '../../../../src/worker/llama/prefill';

describe('nextSlice', () => {
  it('aims at a fifth of a second, and grows twofold at most', () => {
    const cases: [tokens: number, tookMs: number, next: number][] = [
      [64, 200, 64],
      [64, 400, 32],
      [64, 100, 128],
      [64, 1, 128],
      [64, 0, 128],
      [64, 1e9, 16],
      [4_096, 1, 4_096],
      [3_000, 100, 4_096],
    ];
    for (const [tokens, tookMs, next] of cases)
      assert.equal(nextSlice(tokens, tookMs), next, `${tokens} in ${tookMs} ms`);
  });
});

describe('prefill', () => {
  function sequence(onSlice: (size: number) => void = () => undefined) {
    const seen: Token[] = [];
    const fake = {
      evaluateWithoutGeneratingNewTokens(slice: Token[]) {
        seen.push(...slice);
        onSlice(slice.length);
        return Promise.resolve();
      },
    };
    return { seen, sequence: fake as unknown as LlamaContextSequence };
  }
  const tokens = Array.from({ length: 1_000 }, (_, index) => index as Token);
  const never = new AbortController().signal;

  it('evaluates every token once, in order, and reports how far it is', async () => {
    const { seen, sequence: target } = sequence();
    const done: number[] = [];
    assert.equal(await prefill(target, tokens, never, (count) => done.push(count)), true);
    assert.deepEqual(seen, tokens);
    assert.ok(done.length > 1 && done[0]! <= 64);
    assert.equal(done.at(-1), 1_000);
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
  });

  it('stops after the slice in which it is aborted, and before the first if it was already', async () => {
    const abort = new AbortController();
    const { seen, sequence: target } = sequence(() => abort.abort());
    assert.equal(await prefill(target, tokens, abort.signal, () => undefined), false);
    const { length } = seen;
    assert.ok(length > 0 && length <= 64);
    assert.equal(await prefill(target, tokens, abort.signal, () => undefined), false);
    assert.equal(seen.length, length);
    assert.equal(await prefill(target, [], never, () => undefined), true);
  });
});
