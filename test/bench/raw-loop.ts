/** node-llama-cpp's own loop and nothing around it: how fast Hearth could be. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Contender, Streamed } from './contender';
import type { RawAnswer, RawQuestion } from './raw-loop-child';

export class RawLoop implements Contender {
  readonly name = 'raw loop';

  private constructor(
    private readonly child: ChildProcess,
    /** The prompt as the model gets it. */
    readonly promptTokens: number[],
  ) {}

  /** @param sequences how many it can run at the same time */
  static async start(modelPath: string, sequences = 1): Promise<RawLoop> {
    const child = fork(join(__dirname, 'raw-loop-child.ts'), [modelPath, String(sequences)], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const { promptTokens } = await nextMessage<{ promptTokens: number[] }>(child);
    return new RawLoop(child, promptTokens);
  }

  async stream(tokens: number): Promise<Streamed> {
    return { tokensPerSecond: await this.parallel(1, tokens), gaps: [] };
  }

  /** Tokens per second of so many streams together, each of `tokens` tokens. */
  async parallel(streams: number, tokens: number): Promise<number> {
    const answer = nextMessage<RawAnswer>(this.child);
    this.child.send({ tokens, streams } satisfies RawQuestion);
    return (await answer).tokensPerSecond;
  }

  async dispose(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`the raw loop ended (${code})`));
    child.once('close', failed);
    child.once('message', (message) => {
      child.off('close', failed);
      resolve(message as T);
    });
  });
}
