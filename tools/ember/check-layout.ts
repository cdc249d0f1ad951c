/**
 * `tsx tools/ember/check-layout.ts MODEL CASES`: compares the prompts that the training data uses (a JSON list) with
 * Hearth's own renderer, and their tokens with llama.cpp's.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Prompt } from '../../src/shared/protocol/prompt';
import { readControlTokens } from '../../src/worker/llama/control-tokens';
import { renderHarmony } from '../../src/worker/harmony/render';
import type { Segment } from '../../src/worker/harmony/segments';
import { segmentsToTokens } from '../../src/worker/prompt/tokenize';

type Case = { prompt: Prompt; segments: Segment[]; tokens: number[] } | { text: string; tokens: number[] };

async function main(modelPath: string, casesPath: string): Promise<void> {
  // An ES module with top-level await, which this CommonJS script cannot require.
  const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: LlamaLogLevel.error,
  });
  const model = await llama.loadModel({ modelPath, vocabOnly: true });
  const controlTokens = new Map<string, number>();
  for (const [token, text] of readControlTokens(model)) controlTokens.set(text, token);
  const tokenizer = {
    encode: (text: string, specialTokens: boolean): number[] => model.tokenize(text, specialTokens),
    controlTokens,
  };
  const cases = JSON.parse(readFileSync(casesPath, 'utf8')) as Case[];
  let tokens = 0;
  for (const entry of cases) {
    const segments = 'text' in entry ? [{ text: entry.text }] : renderHarmony(entry.prompt);
    if ('segments' in entry) assert.deepEqual(entry.segments, segments);
    assert.deepEqual(entry.tokens, segmentsToTokens(segments, tokenizer), JSON.stringify(segments));
    tokens += entry.tokens.length;
  }
  console.log(`${cases.length} prompts, ${tokens} tokens: the same in Hearth and llama.cpp`);
  await llama.dispose();
}

const [model, cases] = process.argv.slice(2);
if (model === undefined || cases === undefined) {
  throw new Error('usage: tsx tools/ember/check-layout.ts MODEL CASES');
}
void main(model, cases);
