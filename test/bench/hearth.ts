/** Hearth as a client meets it: the real hub and worker of one build, over the local socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubClient } from '../../src/client/hub-client';
import { connectToHub } from '../../src/client/start-hub';
import {
  Generate,
  GenerateChanged,
  type GenerateEvent,
  type GenerateResult,
} from '../../src/shared/protocol/generate';
import { LoadModel, ReadMemory } from '../../src/shared/protocol/models';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { StopHub } from '../../src/shared/protocol/system';
import { BATCH_SIZE, CONTEXT_SIZE, differences, GREEDY, PROMPT, rate, THREADS } from './contender';
import type { Contender, Streamed } from './contender';

export interface Cancelled {
  /** From the abort to the answer of the request. */
  ms: number;
  /** What the worker evaluated after it was last asked, which was just before the abort. */
  tokens: number;
}

export class Hearth implements Contender {
  private runs = 0;
  private readonly listeners = new Map<string, (event: GenerateEvent) => void>();

  private constructor(
    readonly name: string,
    private readonly home: string,
    private readonly client: HubClient,
  ) {
    client.on(GenerateChanged, ({ runId, event }) => this.listeners.get(runId)?.(event));
  }

  /** Starts a hub of the build in `dist`, with a home of its own. */
  static async start(name: string, dist: string, modelPath: string): Promise<Hearth> {
    const home = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
    const client = await connectToHub(
      { home, hubFile: join(dist, 'hub.js'), nodeExecutable: process.execPath, inPlace: true },
      { kind: 'test', version: 'bench' },
    );
    await client.request(UpdateSettings, {
      load: {
        gpu: 'cpu',
        gpuLayers: 'auto',
        contextSize: CONTEXT_SIZE,
        sequences: 1,
        batchSize: BATCH_SIZE,
        flashAttention: true,
        threads: THREADS,
        loras: [],
      },
      activeModel: modelPath,
    });
    await client.request(LoadModel, {});
    return new Hearth(name, home, client);
  }

  async stream(tokens: number): Promise<Streamed> {
    const deltas: number[] = [];
    let before: number | undefined;
    const result = await this.generate(PROMPT.messages[0]!, tokens, (event) => {
      if (event.type === 'delta') deltas.push(performance.now());
      // Follows the first delta: the tokens up to there, a header included, were not timed.
      else if (event.progress.phase === 'decode') before ??= event.progress.tokens;
    });
    const end = performance.now();
    const { outputTokens, decodeTokensPerSecond } = result.figures;
    if (outputTokens !== tokens) throw new Error(`${this.name} made ${outputTokens} tokens, not ${tokens}`);
    const tokensPerSecond = rate(outputTokens - (before ?? 0), end - deltas[0]!);
    return {
      tokensPerSecond,
      ofWorker: tokensPerSecond / decodeTokensPerSecond,
      gaps: differences(deltas),
    };
  }

  /** Stops an endless answer a moment after its first words. */
  cancelDecode(): Promise<Cancelled> {
    return this.cancel(
      PROMPT.messages[0]!,
      (event) =>
        event.type === 'progress' && event.progress.phase === 'decode' && event.progress.tokens > 100,
    );
  }

  /** Stops the reading of a prompt of `tokens` tokens when a part of it has been read. */
  cancelPrefill(tokens: number): Promise<Cancelled> {
    // The tiny model's vocabulary has nearly one token a character. Each prompt differs from the first word on.
    const text = `${this.runs} `.padEnd(tokens, 'The quick brown fox jumps over the lazy dog. ');
    return this.cancel(
      { role: 'user', text },
      ({ type, ...event }) =>
        type === 'progress' &&
        'progress' in event &&
        event.progress.phase === 'prefill' &&
        event.progress.done > 500,
    );
  }

  async dispose(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.client.onClose(() => resolve()));
    await this.client.request(StopHub, null);
    await closed;
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  private async cancel(
    message: (typeof PROMPT.messages)[number],
    isTime: (event: GenerateEvent) => boolean,
  ): Promise<Cancelled> {
    const controller = new AbortController();
    let isDue: () => void;
    const due = new Promise<void>((resolve) => (isDue = resolve));
    const answer = this.generate(
      message,
      undefined,
      (event) => {
        if (isTime(event)) isDue();
      },
      controller.signal,
    );
    await due;
    const before = await this.client.request(ReadMemory, {});
    const start = performance.now();
    controller.abort();
    const { stopReason } = await answer;
    const ms = performance.now() - start;
    if (stopReason !== 'cancelled') throw new Error(`the answer ended by itself: ${stopReason}`);
    const after = await this.client.request(ReadMemory, {});
    return { ms, tokens: after.evaluatedTokens - before.evaluatedTokens };
  }

  private async generate(
    message: (typeof PROMPT.messages)[number],
    maxTokens: number | undefined,
    onEvent: (event: GenerateEvent) => void,
    signal?: AbortSignal,
  ): Promise<GenerateResult> {
    const { system, instructions, tools, effort } = PROMPT;
    const runId = String((this.runs += 1));
    this.listeners.set(runId, onEvent);
    try {
      return await this.client.request(
        Generate,
        {
          runId,
          label: 'benchmark',
          priority: 'chat',
          messages: [message],
          tools,
          system,
          instructions,
          effort,
          sampling: GREEDY,
          ...(maxTokens === undefined ? {} : { maxTokens }),
        },
        signal,
      );
    } finally {
      this.listeners.delete(runId);
    }
  }
}
