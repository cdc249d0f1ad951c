/** Model files on disk and models in memory. */
import { RequestType } from 'vscode-jsonrpc';
import type { ErrorInfo } from './errors';
import type { LoraAdapter } from './settings';
import type { LoadedFacts, LoadProgress, MemoryUse } from './worker';

/** What a GGUF header says of a file. */
export interface ModelFile {
  path: string;
  name: string;
  source: 'bundled' | 'folder' | 'added';
  sizeBytes: number;
  /** Set when the header was read; else `error` says why not. */
  facts?: GgufFacts;
  error?: ErrorInfo;
}

export interface GgufFacts {
  architecture: string;
  /** By the tensors that hold most of the weights: `MXFP4`, `Q4_K`, `F16`. */
  quantization: string;
  parameters: number;
  contextLength: number;
  layers: number;
  experts: number;
}

export type ModelStatus =
  { kind: 'loading'; progress: LoadProgress } | { kind: 'ready' } | { kind: 'failed'; error: ErrorInfo };

export type ModelActivity =
  | { kind: 'idle' }
  | { kind: 'prefill'; done: number; total: number }
  | { kind: 'decode'; tokensPerSecond: number };

/** A model in memory, or on its way there. */
export interface ResidentModel {
  path: string;
  name: string;
  status: ModelStatus;
  activity: ModelActivity;
  loras: LoraAdapter[];
  file?: GgufFacts;
  loaded?: LoadedFacts;
  memory?: MemoryUse;
  /** Decode speed of the last finished answer. */
  lastTokensPerSecond?: number;
  /** Epoch milliseconds; when keep-alive will unload it, if nothing happens. */
  unloadAt?: number;
  loadedAt?: number;
}

export const ListModels = new RequestType<null, ModelFile[], ErrorInfo>('models/list');

/** Adds a file to the list for good; answers with what its header says. */
export const AddModel = new RequestType<{ path: string }, ModelFile, ErrorInfo>('models/add');

/**
 * Makes a model the active one and loads it; answers when it is ready. Cancellable, but goes on when the client
 * is gone. A model that is resident with other load settings is loaded again, once its running answers have ended;
 * so is one with other LoRA adapters, of which `loras` overrides the setting. `reload` loads even what is resident,
 * at once.
 */
export const LoadModel = new RequestType<
  { path?: string; loras?: LoraAdapter[]; reload?: boolean },
  ResidentModel,
  ErrorInfo
>('models/load');

/** Frees the memory by ending the worker. Running answers end with what they have. */
export const UnloadModel = new RequestType<{ path?: string }, null, ErrorInfo>('models/unload');

/** Cancels the load that is under way. */
export const CancelLoad = new RequestType<{ path: string }, null, ErrorInfo>('models/cancelLoad');

/** Asks the worker anew, in bytes and tokens. */
export const ReadMemory = new RequestType<{ path?: string }, MemoryUse, ErrorInfo>('models/memory');
