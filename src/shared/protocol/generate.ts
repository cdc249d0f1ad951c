/** An answer outside any conversation: inline edits and the CLI. Nothing of it is stored. */
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { AnswerProgress } from './conversations';
import type { ErrorInfo } from './errors';
import type { Figures, StopReason } from './figures';
import type { PromptMessage, ReasoningEffort, ToolCall, ToolDefinition } from './prompt';
import type { LoraAdapter, Sampling } from './settings';
import type { Priority } from './system';

export interface GenerateParams {
  /** Chosen by the client, unique on its connection; comes back with every event. */
  runId: string;
  /** What the queue shows. */
  label: string;
  priority: Priority;
  messages: PromptMessage[];
  tools: ToolDefinition[];
  /** Each left out comes from the settings. */
  modelPath?: string;
  loras?: LoraAdapter[];
  system?: string;
  instructions?: string;
  effort?: ReasoningEffort;
  sampling?: Partial<Sampling>;
  maxTokens?: number;
}

export interface GenerateResult {
  text: string;
  reasoning: string;
  toolCalls: ToolCall[];
  stopReason: StopReason;
  figures: Figures;
  model: string;
  /** Why it broke off, when `stopReason` is `failed`; what had been said is in `text`. */
  error?: ErrorInfo;
}

export type GenerateEvent =
  { type: 'progress'; progress: AnswerProgress } | { type: 'delta'; reasoning: string; text: string };

/** Cancellable: answered (stop reason `cancelled`) when decoding has really stopped. */
export const Generate = new RequestType<GenerateParams, GenerateResult, ErrorInfo>('generate/run');
export const GenerateChanged = new NotificationType<{ runId: string; event: GenerateEvent }>(
  'generate/event',
);
