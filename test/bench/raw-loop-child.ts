/** The raw loop's process: loads the model, then runs once for every number of tokens that it is sent. */
import type { Token } from 'node-llama-cpp';
import { choosePromptFormat } from '../../src/worker/llama/choose-prompt-format';
import { readControlTokens } from '../../src/worker/llama/control-tokens';
import { BATCH_SIZE, CONTEXT_SIZE, GREEDY, PROMPT, rate, THREADS } from './contender';

export interface RawAnswer {
  tokensPerSecond: number;
}

async function main(modelPath: string): Promise<void> {
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
    sequences: 1,
    batchSize: BATCH_SIZE,
    threads: THREADS,
    flashAttention: true,
    failedCreationRemedy: false,
    batching: { dispatchSchedule: (dispatch) => dispatch() },
  });
  const sequence = context.getSequence();
  const prompt = choosePromptFormat(model, readControlTokens(model)).encode(PROMPT).tokens as Token[];

  const run = async (tokens: number): Promise<RawAnswer> => {
    await sequence.clearHistory();
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1));
    const made: Token[] = [];
    let start = 0;
    for await (const token of sequence.evaluate(prompt.slice(-1), { ...GREEDY, yieldEogToken: true })) {
      if (made.push(token) === 1) start = performance.now();
      if (made.length === tokens) break;
    }
    return { tokensPerSecond: rate(made.length - 1, performance.now() - start) };
  };
  process.on('message', (tokens: number) => void run(tokens).then((answer) => process.send?.(answer)));
  // A benchmark that died leaves nothing behind.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.send?.({ promptTokens: prompt });
}

void main(process.argv[2] ?? '');
