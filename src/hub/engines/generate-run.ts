/** An answer outside any conversation: the prompt comes with the request, nothing is stored. */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { errorInfo } from '../../shared/protocol/errors';
import { NO_FIGURES } from '../../shared/protocol/figures';
import type { GenerateEvent, GenerateParams, GenerateResult } from '../../shared/protocol/generate';
import type { ToolCall } from '../../shared/protocol/prompt';
import { expandSystemMessage } from '../../shared/util/system-message';
import { localDate } from '../conversations/thread-prompt';
import { modelName } from '../models/model-file';
import type { ModelRegistry } from '../models/model-registry';
import type { SettingsStore } from '../storage/settings-store';
import type { AnswerJob, AnswerRunner } from './answer-runner';

export class GenerateRun {
  constructor(
    private readonly settings: SettingsStore,
    private readonly registry: ModelRegistry,
    private readonly runner: AnswerRunner,
  ) {}

  /**
   * Resolves when decoding has stopped. An answer that broke off half way is a result with its `error`.
   * @throws HearthError when nothing was said at all
   */
  async run(
    params: GenerateParams,
    signal: AbortSignal,
    emit: (event: GenerateEvent) => void,
  ): Promise<GenerateResult> {
    const modelPath =
      params.modelPath === undefined ? await this.registry.active() : resolve(params.modelPath);
    const answer = { text: '', reasoning: '', toolCalls: [] as ToolCall[], model: modelName(modelPath) };
    try {
      const result = await this.runner.run(this.job(params, modelPath), signal, {
        progress: (progress) => emit({ type: 'progress', progress }),
        delta: (reasoning, text) => {
          answer.reasoning += reasoning;
          answer.text += text;
          emit({ type: 'delta', reasoning, text });
        },
        toolCall: (call) => answer.toolCalls.push(call),
      });
      return { ...answer, ...result };
    } catch (error) {
      const info = errorInfo(error);
      if (answer.text === '' && answer.reasoning === '') throw error;
      return { ...answer, stopReason: 'failed', figures: NO_FIGURES, error: info };
    }
  }

  private job(params: GenerateParams, modelPath: string): AnswerJob {
    const defaults = this.settings.current.conversation;
    const effort = params.effort ?? defaults.effort;
    return {
      id: randomUUID(),
      label: params.label,
      priority: params.priority,
      modelPath,
      loras: params.loras,
      prompt: {
        system: expandSystemMessage(params.system ?? defaults.system, {
          effort,
          date: localDate(new Date()),
          hasTools: params.tools.length > 0,
        }),
        instructions: params.instructions ?? defaults.instructions,
        tools: params.tools,
        effort,
        messages: params.messages,
      },
      sampling: { ...defaults.sampling, ...params.sampling },
      maxTokens: params.maxTokens ?? defaults.maxTokens,
    };
  }
}
