/** A GGUF's vocabulary in llama.cpp itself, without its weights. */
import type { Tokenizer } from '../../src/worker/prompt/tokenize';

/** The tokenizer of the model file, with `controlTokens` as its control tokens; `dispose` frees it. */
export async function loadTokenizer(
  modelPath: string,
  controlTokens: ReadonlyMap<number, string>,
): Promise<Tokenizer & { decode(tokens: readonly number[]): string; dispose(): Promise<void> }> {
  // An ES module with top-level await: the test files are CommonJS and cannot require it.
  const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: LlamaLogLevel.disabled,
  });
  const model = await llama.loadModel({ modelPath, vocabOnly: true });
  const ids = new Map<string, number>();
  for (const [id, text] of controlTokens) ids.set(text, id);
  return {
    controlTokens: ids,
    encode: (text, specialTokens) => [...model.tokenize(text, specialTokens)],
    decode: (tokens) =>
      model.detokenize(
        tokens.map((token) => token as ReturnType<typeof model.tokenize>[number]),
        true,
      ),
    dispose: () => llama.dispose(),
  };
}
