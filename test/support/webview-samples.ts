/** Conversations, models and views to try the chat view with. */
import type {
  AssistantMessage,
  Attachment,
  Conversation,
  ConversationSnapshot,
  Message,
  UserMessage,
} from '../../src/shared/protocol/conversations';
import type { Figures } from '../../src/shared/protocol/figures';
import type { ModelFile, ResidentModel } from '../../src/shared/protocol/models';
import type { ViewState } from '../../src/shared/protocol/webview';

export const FIGURES: Figures = {
  ttftMs: 412,
  prefillTokensPerSecond: 812,
  decodeTokensPerSecond: 132.4,
  inputTokens: 42_000,
  reusedTokens: 41_200,
  outputTokens: 1204,
  reasoningTokens: 312,
  reasoningMs: 4210,
};

export const SELECTION: Attachment = {
  kind: 'selection',
  path: 'src/hub/scheduler/admission-queue.ts',
  language: 'typescript',
  startLine: 12,
  endLine: 40,
  text: 'export class AdmissionQueue {}\n',
};

export function userMessage(id: string, parentId: string | null, text: string): UserMessage {
  return { role: 'user', id, parentId, createdAt: counter(), text, attachments: [] };
}

export function answer(id: string, parentId: string, text: string): AssistantMessage {
  return {
    role: 'assistant',
    id,
    parentId,
    createdAt: counter(),
    model: 'gpt-oss-120b',
    reasoning: '',
    text,
    toolCalls: [],
    status: 'finished',
    stopReason: 'end',
    figures: FIGURES,
  };
}

export function runningAnswer(id: string, parentId: string): AssistantMessage {
  const running: AssistantMessage = { ...answer(id, parentId, ''), status: 'running' };
  delete running.figures;
  delete running.stopReason;
  return running;
}

export function conversation(messages: Message[], id = 'c1'): Conversation {
  return {
    id,
    title: 'Admission queue',
    createdAt: 0,
    updatedAt: 0,
    settings: {
      system: '',
      instructions: '',
      effort: 'medium',
      sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 },
    },
    messages: Object.fromEntries(messages.map((message) => [message.id, message])),
    currentId: messages.at(-1)?.id ?? null,
    pending: [],
  };
}

export function snapshot(messages: Message[], sequence = 0, id = 'c1'): ConversationSnapshot {
  return { sequence, conversation: conversation(messages, id), progress: {} };
}

export const MODEL_FILE: ModelFile = {
  path: '/models/gpt-oss-120b.gguf',
  name: 'gpt-oss-120b',
  source: 'folder',
  sizeBytes: 63.4 * 2 ** 30,
  facts: {
    architecture: 'gpt-oss',
    quantization: 'MXFP4',
    parameters: 116.8e9,
    contextLength: 131_072,
    layers: 36,
    experts: 128,
  },
};

export const READY_MODEL: ResidentModel = {
  path: MODEL_FILE.path,
  name: MODEL_FILE.name,
  status: { kind: 'ready' },
  activity: { kind: 'idle' },
  loras: [],
  loaded: {
    gpu: 'cuda',
    deviceNames: ['NVIDIA H200'],
    gpuLayers: 37,
    totalLayers: 37,
    contextSize: 65_536,
    trainContextSize: 131_072,
    sequences: 1,
    threads: 8,
    flashAttention: true,
    weights: { vramBytes: 59.8 * 2 ** 30, ramBytes: 1.1 * 2 ** 30 },
    context: { vramBytes: 2.4 * 2 ** 30, ramBytes: 0 },
    promptFormat: 'harmony',
    loadMs: 12_000,
    warnings: [],
  },
};

export function viewState(changes: Partial<ViewState> = {}): ViewState {
  return {
    hub: { kind: 'connected' },
    activeModel: MODEL_FILE,
    models: [READY_MODEL],
    queue: [],
    demoModelOnly: false,
    ...changes,
  };
}

let created = 0;
function counter(): number {
  return ++created;
}
