/** What the user decides. The hub keeps it on disk, so that the CLI and every window agree. */
import { RequestType } from 'vscode-jsonrpc';
import type { ErrorInfo } from './errors';
import type { KvType } from './plan';
import type { ReasoningEffort } from './prompt';

export type GpuChoice = 'auto' | 'cuda' | 'vulkan' | 'metal' | 'cpu';

/** A LoRA adapter laid over a model; `scale` 1 is as trained, 0 is off. */
export interface LoraAdapter {
  path: string;
  scale: number;
}

/** Whether the weights in RAM are pages of the file: `auto` as llama.cpp does it by itself. */
export const MMAP_CHOICES = ['auto', 'on', 'off'] as const;

export type MmapChoice = (typeof MMAP_CHOICES)[number];

/** How a model is loaded. `auto` leaves the figure to what the machine can hold. */
export interface LoadSettings {
  gpu: GpuChoice;
  /** Layers on the GPU, the output layer counted as one: 37 for gpt-oss-120b. */
  gpuLayers: 'auto' | number;
  /** Tokens per sequence. */
  contextSize: 'auto' | number;
  /** Conversations that keep their KV cache at the same time; each takes a full context. */
  sequences: number;
  /** Tokens per evaluated batch; sets the size of the compute buffers too. */
  batchSize: number;
  flashAttention: boolean;
  /** Numbers of the KV cache, keys and values alike; left out is `f16`. Less than 16 bits needs flash attention. */
  kvCacheType?: KvType;
  /** Left out is `auto`. */
  useMmap?: MmapChoice;
  threads: 'auto' | number;
  loras: LoraAdapter[];
}

/** Sampling, in the field's usual terms. `seed` makes an answer repeatable. */
export interface Sampling {
  temperature: number;
  topP: number;
  topK: number;
  minP: number;
  seed?: number;
}

/** What a new conversation starts with; each conversation may change its own. */
export interface ConversationSettings {
  /** Template of the harmony system message (gpt-oss only): `{effort}`, `{date}` and `{tools}` are filled in. */
  system: string;
  /** The user's instructions: developer message for gpt-oss, system message for other models. */
  instructions: string;
  effort: ReasoningEffort;
  sampling: Sampling;
  /** Most tokens of one answer, reasoning included; undefined is up to the context's end. */
  maxTokens?: number;
}

/** How long a model stays in memory: for ever, or minutes after its last request ended. */
export type ModelKeep = 'pinned' | number;

export const MAKE_ROOM = ['ask', 'auto'] as const;

export type MakeRoom = (typeof MAKE_ROOM)[number];

export interface HubSettings {
  /** Folders that are searched for GGUF files, besides the bundled models and `HEARTH_HOME/models`. */
  modelFolders: string[];
  /** Single files that the user added. */
  modelFiles: string[];
  /** The model that chats use; undefined is the bundled one. */
  activeModel?: string;
  load: LoadSettings;
  conversation: ConversationSettings;
  /** Minutes after the last window closed and the last request ended until the model is unloaded. */
  keepAliveMinutes: number;
  /** Minutes after a model's last request until it is unloaded though windows are open; null is never. */
  idleMinutes: number | null;
  /** By a model's path, what the user chose for it instead. */
  keep: Record<string, ModelKeep>;
  /** Models that may be resident at the same time. */
  maxLoadedModels: number;
  /** Whether models are unloaded so that another one fits; left out is `ask`. Pinned and busy ones never are. */
  makeRoom?: MakeRoom;
}

/** Changes given fields and answers with the whole. */
export const UpdateSettings = new RequestType<Partial<HubSettings>, HubSettings, ErrorInfo>(
  'settings/update',
);
