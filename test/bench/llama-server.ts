/** llama.cpp's own server, streaming over loopback. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { BATCH_SIZE, CONTEXT_SIZE, differences, rate, THREADS } from './contender';
import type { Contender, Streamed } from './contender';

const START_MS = 30_000;

interface Chunk {
  stop?: boolean;
  tokens_predicted?: number;
}

export class LlamaServer implements Contender {
  readonly name = 'llama-server';

  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
    private readonly promptTokens: readonly number[],
  ) {}

  static async start(
    executable: string,
    modelPath: string,
    promptTokens: readonly number[],
  ): Promise<LlamaServer> {
    const port = await freePort();
    const options = {
      model: modelPath,
      port,
      'ctx-size': CONTEXT_SIZE,
      parallel: 1,
      'batch-size': BATCH_SIZE,
      'ubatch-size': BATCH_SIZE,
      threads: THREADS,
      'threads-batch': THREADS,
      'flash-attn': 'on',
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(executable, args, { stdio: ['ignore', 'ignore', 'ignore'] });
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`${executable} ended (${code as number | null})`);
    });
    failed.catch(() => undefined);
    await Promise.race([isHealthy(port), failed]);
    return new LlamaServer(child, port, promptTokens);
  }

  async stream(tokens: number): Promise<Streamed> {
    const deltas: number[] = [];
    let made = 0;
    const response = await this.complete({
      prompt: this.promptTokens,
      n_predict: tokens,
      stream: true,
      temperature: 0,
      samplers: ['top_k'],
      top_k: 1,
      ignore_eos: true,
      cache_prompt: false,
    });
    let rest = '';
    for await (const part of response.setEncoding('utf8')) {
      const lines = (rest + (part as string)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('data: ')) continue;
        deltas.push(performance.now());
        const chunk = JSON.parse(line.slice('data: '.length)) as Chunk;
        if (chunk.stop === true) made = chunk.tokens_predicted ?? 0;
      }
    }
    if (made !== tokens) throw new Error(`${this.name} made ${made} tokens, not ${tokens}`);
    // One event a token, and one that says that it is over.
    return { tokensPerSecond: rate(made - 1, deltas.at(-1)! - deltas[0]!), gaps: differences(deltas) };
  }

  async dispose(): Promise<void> {
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }

  private complete(body: object): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const call = request({
        host: '127.0.0.1',
        port: this.port,
        path: '/completion',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      call.once('error', reject);
      call.once('response', (response) => {
        if (response.statusCode === 200) resolve(response);
        else reject(new Error(`llama-server answered ${response.statusCode}`));
      });
      call.end(JSON.stringify(body));
    });
  }
}

async function isHealthy(port: number): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/health`)).ok) return;
    } catch {
      // Not listening yet.
    }
    await delay(50);
  }
  throw new Error('llama-server did not start in time');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
