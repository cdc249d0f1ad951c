/**
 * `tsx tools/ember/read-logits.ts MODEL PROMPTS OUT [LORA]`: what llama.cpp makes of prompts (a JSON list of lists of
 * token ids): the logits after every token, as 32-bit floats one after the other.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Token } from 'node-llama-cpp';

const THREADS = 2;

async function main(modelPath: string, promptsPath: string, outPath: string, lora?: string): Promise<void> {
  // An ES module with top-level await, which this CommonJS script cannot require.
  const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: LlamaLogLevel.warn,
  });
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({
    contextSize: 2048,
    threads: THREADS,
    ...(lora !== undefined && { lora: { adapters: [{ filePath: lora, scale: 1 }] } }),
  });
  const sequence = context.getSequence();
  const prompts = JSON.parse(readFileSync(promptsPath, 'utf8')) as number[][];
  const vocabulary = [...model.iterateAllTokens()].length;
  const out: Buffer[] = [];
  for (const prompt of prompts) {
    await sequence.clearHistory();
    const results = await sequence.controlledEvaluate(
      prompt.map((token) => [token as Token, { generateNext: { logits: true } }]),
    );
    for (const result of results) {
      const values = new Float32Array(vocabulary);
      for (const [token, logit] of result?.next.logits ?? []) values[token] = logit;
      out.push(Buffer.from(values.buffer));
    }
  }
  writeFileSync(outPath, Buffer.concat(out));
  await llama.dispose();
}

const [model, prompts, out, lora] = process.argv.slice(2);
if (model === undefined || prompts === undefined || out === undefined) {
  throw new Error('usage: tsx tools/ember/read-logits.ts MODEL PROMPTS OUT [LORA]');
}
void main(model, prompts, out, lora);
