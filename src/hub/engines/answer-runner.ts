/** Runs one answer from the queue to its last token, whoever asked for it. */
import type { AnswerProgress } from '../../shared/protocol/conversations';
import { NO_FIGURES } from '../../shared/protocol/figures';
import type { Prompt, ToolCall } from '../../shared/protocol/prompt';
import type { LoraAdapter, Sampling } from '../../shared/protocol/settings';
import type { Priority } from '../../shared/protocol/system';
import type { AnswerPacket, WorkerGenerateResult } from '../../shared/protocol/worker';
import { loadFraction } from '../../shared/util/load-fraction';
import { modelName } from '../models/model-file';
import { CancelledInQueue, type Scheduler } from '../scheduler/scheduler';
import type { ModelHost } from './model-host';

/** Speed is shown a few times a second, not with every batch of tokens. */
const PROGRESS_MS = 120;

export interface AnswerJob {
  id: string;
  label: string;
  priority: Priority;
  modelPath: string;
  loras?: LoraAdapter[] | undefined;
  conversationId?: string;
  prompt: Prompt;
  sampling: Sampling;
  maxTokens?: number | undefined;
}

export interface AnswerListener {
  progress(progress: AnswerProgress): void;
  delta(reasoning: string, text: string): void;
  toolCall(call: ToolCall): void;
}

export class AnswerRunner {
  constructor(
    private readonly scheduler: Scheduler,
    private readonly host: ModelHost,
  ) {
    host.onMayAdmit(() => scheduler.pump());
  }

  /**
   * Resolves when decoding has really stopped; `cancelled` also when it never came out of the queue.
   * @throws HearthError why there is no model, or why its process ended
   */
  async run(job: AnswerJob, signal: AbortSignal, listener: AnswerListener): Promise<WorkerGenerateResult> {
    const { host } = this;
    const need = {
      path: job.modelPath,
      loras: job.loras,
      lane: job.conversationId === undefined ? ('small' as const) : ('chat' as const),
      since: host.tick(),
    };
    let told: string | undefined;
    const loading = host.onDidChange(() => {
      const status = host.find(job.modelPath)?.status;
      if (status?.kind !== 'loading') return;
      listener.progress({
        phase: 'loading',
        fraction: loadFraction(status.progress),
        model: modelName(job.modelPath),
      });
    });
    try {
      return await this.scheduler.run(
        {
          id: job.id,
          label: job.label,
          priority: job.priority,
          modelPath: job.modelPath,
          ...(job.conversationId === undefined ? {} : { conversationId: job.conversationId }),
          admit: () => host.admit(need),
        },
        signal,
        ({ before, expectedMs }) => {
          // A load has its own progress.
          if (host.find(job.modelPath)?.status.kind === 'loading') return;
          const progress = {
            phase: 'queued' as const,
            position: before,
            ...(expectedMs === undefined ? {} : { expectedMs }),
          };
          if (JSON.stringify(progress) === told) return;
          told = JSON.stringify(progress);
          listener.progress(progress);
        },
        async (stop) => {
          loading.dispose();
          return this.generate(job, stop, listener);
        },
      );
    } catch (error) {
      if (error instanceof CancelledInQueue) return { stopReason: 'cancelled', figures: NO_FIGURES };
      throw error;
    } finally {
      loading.dispose();
    }
  }

  private async generate(
    job: AnswerJob,
    signal: AbortSignal,
    listener: AnswerListener,
  ): Promise<WorkerGenerateResult> {
    const { host } = this;
    const meter = new Meter();
    try {
      const result = await host.worker(job.modelPath).generate(
        {
          jobId: job.id,
          ...(job.conversationId === undefined ? {} : { leaseKey: job.conversationId }),
          prompt: job.prompt,
          sampling: job.sampling,
          ...(job.maxTokens === undefined ? {} : { maxTokens: job.maxTokens }),
        },
        signal,
        (packets) => {
          for (const packet of packets) this.take(packet, job, meter, listener);
        },
      );
      host.reportFigures(job.modelPath, result.figures);
      return result;
    } finally {
      host.report(job.modelPath, job.id, undefined);
    }
  }

  private take(packet: AnswerPacket, job: AnswerJob, meter: Meter, listener: AnswerListener): void {
    const { host } = this;
    switch (packet.type) {
      case 'prefill': {
        const { done, total, reused } = packet;
        listener.progress({ phase: 'prefill', done, total, reused });
        host.report(job.modelPath, job.id, { kind: 'prefill', done, total });
        return;
      }
      case 'toolCall':
        listener.toolCall(packet.call);
        return;
      case 'reasoning':
      case 'answer': {
        if (packet.type === 'reasoning') listener.delta(packet.text, '');
        else listener.delta('', packet.text);
        const tokensPerSecond = meter.measure(packet.tokens);
        if (tokensPerSecond === undefined) return;
        listener.progress({ phase: 'decode', tokens: packet.tokens, tokensPerSecond });
        host.report(job.modelPath, job.id, { kind: 'decode', tokensPerSecond });
      }
    }
  }
}

/** Tokens per second since the first token, at most every `PROGRESS_MS`. */
class Meter {
  private first: { at: number; tokens: number } | undefined;
  private reportedAt = -Infinity;

  measure(tokens: number): number | undefined {
    const now = performance.now();
    this.first ??= { at: now, tokens };
    if (now - this.reportedAt < PROGRESS_MS) return undefined;
    this.reportedAt = now;
    const seconds = (now - this.first.at) / 1_000;
    return seconds === 0 ? 0 : (tokens - this.first.tokens) / seconds;
  }
}
