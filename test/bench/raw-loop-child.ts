/** The raw loop's process: loads the model, then runs once for every message, in as many sequences as it says. */
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { choosePromptFormat } from '../../src/worker/llama/choose-prompt-format';
import { readControlTokens } from '../../src/worker/llama/control-tokens';
import { BATCH_SIZE, CONTEXT_SIZE, GREEDY, PROMPT, rate, THREADS } from './contender';

export interface RawQuestion {
  tokens: number;
  /** Sequences that generate so many tokens each, at the same time. */
  streams: number;
}

export interface RawAnswer {
  /** The streams' speeds added up. */
  tokensPerSecond: number;
}

async function main(modelPath: string, sequences: number): Promise<void> {
  // An ES module with top-level await: a CommonJS file cannot require it.
  const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: 0,
    logLevel: LlamaLogLevel.disabled,
  });
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({
    contextSize: CONTEXT_SIZE,
    sequences,
    batchSize: BATCH_SIZE,
    threads: THREADS,
    flashAttention: true,
    failedCreationRemedy: false,
    // Alone, at once; together, in one batch.
    batching: { dispatchSchedule: sequences === 1 ? (dispatch) => dispatch() : 'nextCycle' },
  });
  const all = Array.from({ length: sequences }, () => context.getSequence());
  const prompt = choosePromptFormat(model, readControlTokens(model)).encode(PROMPT).tokens as Token[];

  const decode = async (sequence: LlamaContextSequence, tokens: number): Promise<number> => {
    const made: Token[] = [];
    let start = 0;
    for await (const token of sequence.evaluate(prompt.slice(-1), { ...GREEDY, yieldEogToken: true })) {
      if (made.push(token) === 1) start = performance.now();
      if (made.length === tokens) break;
    }
    return rate(made.length - 1, performance.now() - start);
  };
  const run = async ({ tokens, streams }: RawQuestion): Promise<RawAnswer> => {
    const used = all.slice(0, streams);
    for (const sequence of used) {
      await sequence.clearHistory();
      await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1));
    }
    const rates = await Promise.all(used.map((sequence) => decode(sequence, tokens)));
    return { tokensPerSecond: rates.reduce((sum, one) => sum + one, 0) };
  };
  process.on(
    'message',
    (question: RawQuestion) => void run(question).then((answer) => process.send?.(answer)),
  );
  // A benchmark that died leaves nothing behind.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.send?.({ promptTokens: prompt });
}

void main(process.argv[2] ?? '', Number(process.argv[3] ?? 1));
