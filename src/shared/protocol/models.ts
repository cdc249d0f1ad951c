/** Model files on disk and models in memory. */
import { RequestType } from 'vscode-jsonrpc';
import type { ErrorInfo } from './errors';
import type { KvType } from './plan';
import type { LoraAdapter, ModelKeep } from './settings';
import type { LoadedFacts, LoadProgress, MachineFacts, MemoryUse, Placement } from './worker';

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

/** `retryAt`: epoch milliseconds at which it is loaded again by itself. */
export type ModelStatus =
  | { kind: 'loading'; progress: LoadProgress }
  | { kind: 'ready' }
  | { kind: 'failed'; error: ErrorInfo; retryAt?: number };

export type ModelActivity =
  | { kind: 'idle' }
  | { kind: 'prefill'; done: number; total: number }
  | { kind: 'decode'; tokensPerSecond: number };

/** A model's process died, and it was or will be loaded again by itself. */
export interface ModelRestart {
  /** Epoch milliseconds of the death. */
  at: number;
  error: ErrorInfo;
}

/** What a load was expected to take, in bytes. */
export interface PlannedUse {
  /** What a driver and the process take beside the model included. */
  totalVramBytes: number;
  totalRamBytes: number;
  weights: Placement;
  kvBytes: number;
  computeBytes: number;
  /** What the context of small jobs will take, once the first of them comes; the totals have it. */
  smallContext: Placement;
  /**
   * `measured`: an earlier load of this file took this, on the same devices with the same settings; `simulated`: the
   * engine has tried just this load without its weights.
   */
  basis: 'measured' | 'simulated' | 'computed';
  /** What answers were decoded with then. */
  tokensPerSecond?: number;
}

/** What a load took, in bytes: weights, KV cache and compute buffers as the engine counts them. */
export interface TakenUse {
  vramBytes: number;
  ramBytes: number;
  /** RAM of its process that is no page of a file, right after the load; unknown outside Linux. */
  anonymousBytes?: number;
}

/** A way to load a model with less: settings below `hearth.` that it changes. */
export interface LoadChoice {
  label: string;
  detail: string;
  changes: Partial<Record<'contextSize' | 'gpuLayers' | 'sequences', number>> & {
    kvCacheType?: KvType;
    flashAttention?: boolean;
  };
}

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
  /** For just the layers and the context that it was loaded with. */
  planned?: PlannedUse;
  /** Compare with `planned`. */
  taken?: TakenUse;
  /** Decode speed of the last finished answer. */
  lastTokensPerSecond?: number;
  /** Tokens of the context that it used, prompt and answer. */
  lastContextTokens?: number;
  /** What the user chose for this model; else the settings apply. */
  keep?: ModelKeep;
  /** Epoch milliseconds; when it will be unloaded, if nothing happens. */
  unloadAt?: number;
  loadedAt?: number;
  /** Set after a death, until the model is unloaded. */
  restart?: ModelRestart;
}

export const ListModels = new RequestType<null, ModelFile[], ErrorInfo>('models/list');

/** Adds a file to the list for good; answers with what its header says. */
export const AddModel = new RequestType<{ path: string }, ModelFile, ErrorInfo>('models/add');

/**
 * Makes a model the active one and loads it; answers when it is ready. Cancellable, but goes on when the client
 * is gone. A model that is resident with other load settings is loaded again, once its running answers have ended;
 * so is one with other LoRA adapters, of which `loras` overrides the setting. `reload` loads even what is resident,
 * at once. `makeRoom` unloads others for it, where the settings would have asked first.
 */
export const LoadModel = new RequestType<
  { path?: string; loras?: LoraAdapter[]; reload?: boolean; makeRoom?: boolean },
  ResidentModel,
  ErrorInfo
>('models/load');

/** Frees the memory by ending the worker. Running answers end with what they have. */
export const UnloadModel = new RequestType<{ path?: string }, null, ErrorInfo>('models/unload');

/** Chooses how long a model stays in memory, for good; null is as the settings say. */
export const KeepModel = new RequestType<{ path?: string; keep: ModelKeep | null }, null, ErrorInfo>(
  'models/keep',
);

/** How the active model, which was not loaded or died, would fit; nothing where there is no plan of it. Loads nothing. */
export const OfferLess = new RequestType<{ path?: string }, LoadChoice[], ErrorInfo>('models/less');

/** Cancels the load that is under way. */
export const CancelLoad = new RequestType<{ path: string }, null, ErrorInfo>('models/cancelLoad');

/** What models could be loaded into, on the device that the settings choose. */
export const ReadMachine = new RequestType<null, MachineFacts, ErrorInfo>('models/machine');

/** Asks the worker anew, in bytes and tokens. */
export const ReadMemory = new RequestType<{ path?: string }, MemoryUse, ErrorInfo>('models/memory');
