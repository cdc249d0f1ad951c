/** Between the hub and one worker, over the child process's IPC channel. A worker holds one model. */
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { ErrorInfo } from './errors';
import type { Figures, StopReason } from './figures';
import type { KvType } from './plan';
import type { Prompt, ToolCall } from './prompt';
import type { GpuChoice, LoadSettings, Sampling } from './settings';

export interface WorkerLoadParams {
  modelPath: string;
  settings: LoadSettings;
  /** Where the settings leave it open, and it was planned: the engine does not choose for itself then. */
  planned?: PlannedLoad;
}

/** A load as it would be, tried without its weights: everything that its memory depends on. */
export interface DryRunParams {
  modelPath: string;
  gpu: GpuChoice;
  /** The output counted as one. */
  gpuLayers: number;
  /** Tokens per sequence. */
  context: number;
  sequences: number;
  /** Tokens per evaluated batch. */
  batch: number;
  kvType: KvType;
  flashAttention: boolean;
}

/** What the engine would take for it, in bytes: the same as it reports of a load. */
export interface DryRun {
  weights: Placement;
  /** KV cache and compute buffers. */
  context: Placement;
}

/** What a load was planned with. */
export interface PlannedLoad {
  gpuLayers: number;
  /** Tokens. */
  contextSize: number;
}

export type LoadPhase = 'starting' | 'weights' | 'context';

export interface LoadProgress {
  phase: LoadPhase;
  /** 0 to 1 within the phase. */
  fraction: number;
}

/** Bytes by place. */
export interface Placement {
  vramBytes: number;
  ramBytes: number;
}

/** What a load really took and where it lies. */
export interface LoadedFacts {
  gpu: GpuUsed;
  deviceNames: string[];
  gpuLayers: number;
  totalLayers: number;
  contextSize: number;
  trainContextSize: number;
  sequences: number;
  threads: number;
  flashAttention: boolean;
  /** Numbers of the KV cache. */
  kvCacheType?: KvType;
  /** The weights in RAM are pages of the file, which the system may drop and read again. */
  useMmap?: boolean;
  weights: Placement;
  context: Placement;
  /** `harmony` for gpt-oss, else the model's own chat template. */
  promptFormat: 'harmony' | 'template';
  loadMs: number;
  /** What the user should know though the load went well: a GPU library that is missing, say. */
  warnings: string[];
}

export type GpuUsed = 'cuda' | 'vulkan' | 'metal' | 'cpu';

/** The machine's memory as the worker sees it, in bytes. */
export interface MemoryUse {
  vramUsedBytes: number;
  vramTotalBytes: number;
  ramUsedBytes: number;
  ramTotalBytes: number;
  /** All tokens that this worker has evaluated so far: stands still when the GPU does. */
  evaluatedTokens: number;
}

/** Bytes of one GPU; what is used of it is used by all programs. */
export interface GpuMemory {
  totalBytes: number;
  usedBytes: number;
}

/** What there is to load models into, in bytes; without a GPU, no VRAM. */
export interface MachineFacts {
  gpu: GpuUsed;
  deviceNames: string[];
  /** Of several devices each one's memory, in their order; undefined where nobody tells them apart. */
  gpus?: GpuMemory[];
  vramTotalBytes: number;
  /** By all programs, when it was asked. */
  vramUsedBytes?: number;
  /** Of `vramTotalBytes`, what is the machine's RAM at the same time: all of it on Apple silicon. */
  unifiedBytes?: number;
  ramTotalBytes: number;
  /** Why it is not the device that one would expect: a library that is missing, say. */
  warnings?: string[];
}

export interface WorkerGenerateParams {
  jobId: string;
  /** Who keeps the KV cache: a conversation's id. Small jobs have none and use a small context of their own. */
  leaseKey?: string;
  prompt: Prompt;
  sampling: Sampling;
  maxTokens?: number;
}

/** A piece of a running answer. `tokens` counts what was generated so far, all channels together. */
export type AnswerPacket =
  | { type: 'prefill'; done: number; total: number; reused: number }
  | { type: 'reasoning'; text: string; tokens: number }
  | { type: 'answer'; text: string; tokens: number }
  | { type: 'toolCall'; call: ToolCall; tokens: number };

export interface WorkerGenerateResult {
  stopReason: StopReason;
  figures: Figures;
}

/** Cancellable: answered with `cancelled` once loading has stopped. */
export const WorkerLoad = new RequestType<WorkerLoadParams, LoadedFacts, ErrorInfo>('worker/load');
export const WorkerLoadProgress = new NotificationType<LoadProgress>('worker/loadProgress');

/** Cancellable: answered (stop reason `cancelled`) once decoding has really stopped. */
export const WorkerGenerate = new RequestType<WorkerGenerateParams, WorkerGenerateResult, ErrorInfo>(
  'worker/generate',
);
export const WorkerPackets = new NotificationType<{ jobId: string; packets: AnswerPacket[] }>(
  'worker/packets',
);

/** Needs no model. A worker that loads one on the same device afterwards does not start llama.cpp again. */
export const WorkerMachine = new RequestType<{ gpu: GpuChoice }, MachineFacts, ErrorInfo>('worker/machine');

/** The engine builds everything but allocates nothing. Needs no model in memory. */
export const WorkerDryRun = new RequestType<DryRunParams, DryRun, ErrorInfo>('worker/dryRun');

export const WorkerMemory = new RequestType<null, MemoryUse, ErrorInfo>('worker/memory');
