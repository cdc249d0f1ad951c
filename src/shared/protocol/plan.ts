/** Will it fit: what a plan is made of, and how to ask for one. Sizes are bytes. */
import { RequestType } from 'vscode-jsonrpc';
import type { Finding } from './doctor';
import type { ErrorInfo } from './errors';

/** Numbers of a KV cache, by ggml's names. */
export const KV_TYPES = ['f32', 'f16', 'bf16', 'q8_0', 'q5_1', 'q5_0', 'q4_1', 'q4_0', 'iq4_nl'] as const;

export type KvType = (typeof KV_TYPES)[number];

/** How a model is to be loaded, as far as memory goes. */
export interface Wishes {
  /** Tokens per sequence. */
  context: number;
  sequences: number;
  /** Tokens per evaluated batch. */
  batch: number;
  kvType: KvType;
  flashAttention: boolean;
  /** Layers on the GPU, the output counted as one; `auto` is as many as fit. */
  gpuLayers: 'auto' | number;
  /** Layers whose experts lie in RAM although the rest is on the GPU. */
  expertLayersInRam: number;
  /** A short context beside that of the chats, for inline edits and other small jobs, as every load of Hearth has one. */
  smallContext: boolean;
  /** LoRA adapters laid over the model, in all. */
  loraBytes?: number;
}

/** A machine to plan for: measured, or typed in. */
export interface GpuFacts {
  name: string;
  vramBytes: number;
  /** What other programs have taken. */
  usedBytes: number;
  /** Bytes a second that it reads; looked up by name and size where nobody says. */
  bandwidth?: number;
}

export interface PlanMachine {
  gpus: GpuFacts[];
  ramBytes: number;
  /** What the system and other programs need. */
  ramUsedBytes: number;
  /** Bytes a second that RAM is read with; that of an ordinary desktop where nobody says. */
  ramBandwidth?: number;
  /** The GPUs' memory is a part of the RAM; looked up by the cards' names where nobody says. */
  isUnified?: boolean;
  /** Of several GPUs only the sum is known, and each is taken for an equal share. */
  areGpusAssumed?: boolean;
  /** The hub's own, as somebody has just looked at it: what it holds of models counts as free. */
  isHere?: boolean;
}

export type Verdict = 'fits' | 'fits-with-experts-in-ram' | 'fits-with-layers-in-ram' | 'does-not-fit';

/** Where a figure comes from: the engine's dry run of just this load, tensor sizes, or rough sizes. */
export type PlanBasis = 'simulated' | 'computed' | 'estimate';

/** Bytes by place, of one part of the weights. */
export interface PartBytes {
  vramBytes: number;
  ramBytes: number;
}

/**
 * Norms and routers count as attention: they lie where it lies. The feed-forward is dense, or of experts that every
 * token uses.
 */
export type WeightPart = 'attention' | 'feedForward' | 'experts' | 'embeddings' | 'output' | 'loras';

export type WeightParts = Record<WeightPart, PartBytes>;

/** What the plan puts on one GPU. */
export interface GpuPlan {
  name: string;
  /** The output counted as one. */
  layers: number;
  weightBytes: number;
  kvBytes: number;
  computeBytes: number;
  /** KV cache and compute buffers of the small context. */
  smallContextBytes: number;
  /** The driver's own, on a GPU that is used. */
  overheadBytes: number;
  /** What other programs have, from the machine. */
  usedBytes: number;
  /** Negative when it does not fit. */
  freeBytes: number;
}

/** Where one layer lies: a GPU by its place in the list, or RAM. */
export interface LayerPlan {
  attentionBytes: number;
  feedForwardBytes: number;
  expertBytes: number;
  kvBytes: number;
  isSliding: boolean;
  place: number | 'ram';
  expertPlace: number | 'ram';
}

/** Tokens a second of one answer, from what memory can be read with, or from what answers have taken. */
export interface ExpectedSpeed {
  /** With an empty context; where it was measured, in the contexts that were used. */
  tokensPerSecond: number;
  /** With a full one; where the first was measured, that in the computed proportion. */
  atContextEnd: number;
  basis: 'computed' | 'measured';
}

export interface Plan {
  basis: PlanBasis;
  verdict: Verdict;
  /** Whether the engine can load it just so. */
  loadable: boolean;
  /** Why it can, or why not. */
  reason: string;
  /** The output counted as one. */
  gpuLayers: number;
  totalLayers: number;
  expertLayersInRam: number;
  weights: { vramBytes: number; ramBytes: number };
  parts: WeightParts;
  gpus: GpuPlan[];
  kv: { vramBytes: number; ramBytes: number };
  /** KV cache of all layers, wherever it lies. */
  kvBytes: number;
  /** Compute buffers as the engine reserves them, wherever they lie. */
  computeBytes: number;
  /** What computing takes of RAM: of a buffer that is reserved there, what is ever written. */
  ramComputeBytes: number;
  /** KV cache and compute buffers of the small context. */
  smallContext: PartBytes;
  totalVramBytes: number;
  totalRamBytes: number;
  /** What is left on the GPUs, and in RAM; negative when it does not fit. */
  freeVramBytes: number;
  freeRamBytes: number;
  context: number;
  speed: ExpectedSpeed;
}

/** Another way to load it, and what comes of it. */
export interface PlanAlternative {
  /** "KV cache in q8_0" */
  change: string;
  /** What is given up for it: "a little less exact at long contexts". */
  cost: string;
  plan: Plan;
  /** Tokens. */
  maxContext: number;
  /** What applies it, on this machine and with this file; nothing where money or a download is needed. */
  wishes?: Partial<Wishes>;
  /** The machine that it needs instead. */
  machine?: PlanMachine;
  /** The file that it needs instead, by its quantization. */
  quantization?: string;
}

/** What another model in memory is for. */
export type BesideRole = 'chat' | 'completion' | 'embedding';

/** Another model in memory at the same time. */
export interface BesidePlan {
  name: string;
  role: BesideRole | 'draft';
  plan: Plan;
}

export interface MeasuredLoad {
  /** Weights, KV cache and compute buffers. Bytes. */
  takenBytes: number;
  /** What answers were decoded with. */
  tokensPerSecond?: number;
}

export interface PlanResult {
  /** The model's name. */
  name: string;
  machine: PlanMachine;
  plan: Plan;
  /** Tokens; with the same layers on the GPU as at the shortest context. */
  maxContext: number;
  trainContext: number;
  /** Of a known model. */
  quantization?: string;
  /** From the first to the last, for a map. */
  layers: LayerPlan[];
  /** The other models, each planned before this one: what they take is not free. */
  beside: BesidePlan[];
  /** What the expected speed rests on, in a sentence. */
  speedNote: string;
  /** What a load of this file took on this machine, with these settings. */
  measured?: MeasuredLoad;
  /** What is easily overlooked; only what is so, the worst first. */
  findings: Finding[];
  alternatives: PlanAlternative[];
}

/** A model of which only this is known: "120B, 5B active, 4.25 bits". */
export interface PlainNumbers {
  parameters: number;
  /** Used by each token; all of them where it is left out. */
  activeParameters?: number;
  bitsPerWeight: number;
  layers?: number;
  /** Key-value heads × head size. */
  keyValueSize?: number;
}

export interface PlanParams {
  /** A GGUF file, a known name ("qwen3-8b:Q6_K"), or an address if `allowNetwork`. */
  model: string;
  quantization?: string;
  /** Instead of a model; `model` is then only what to call it. */
  numbers?: PlainNumbers;
  machine?: Partial<PlanMachine>;
  wishes?: Partial<Wishes>;
  /**
   * Models in memory at the same time, as `model`, with what each is for before it: "embedding:NAME", "completion:NAME".
   * A name alone is for chat. For chat and completion they have 8,192 tokens of context, for embeddings one batch.
   */
  beside?: string[];
  /** A draft model, with the context of the model itself. */
  draft?: string;
  /** The user has said that an address may be asked for a file's header. */
  allowNetwork?: boolean;
  /**
   * The engine is asked too, in a process of its own: of a file, on this machine, as far as it can load it. That takes a
   * second, the first time.
   */
  dryRun?: boolean;
  /** For who asks for many models: alternatives take longer than all the rest. */
  withoutAlternatives?: boolean;
}

/**
 * Plans a model. What is left out of `wishes` is as usual, and of the context the largest that fits; without `machine`
 * it is this one. Loads nothing.
 */
export const PlanModel = new RequestType<PlanParams, PlanResult, ErrorInfo>('models/plan');
