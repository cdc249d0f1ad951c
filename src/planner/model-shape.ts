/** What a plan needs to know of a model: its sizes, layer by layer. Read from a GGUF header. */
import { HearthError } from '../shared/protocol/errors';
import type { Calibration, Refusal } from './calibration';
import { slidingLayers } from './sliding-layers';

export type HeaderScalar = string | number | bigint | boolean;
/** Arrays of a value for each layer; of longer ones only the length is kept, under `key.length`. */
export type HeaderValue = HeaderScalar | readonly HeaderScalar[];

/** A header as any reader has it; what it does not know of a tensor is undefined. */
export interface HeaderFacts {
  metadata: ReadonlyMap<string, HeaderValue>;
  tensors: readonly { name: string; dimensions: readonly number[]; bytes: number | undefined }[];
}

export interface LayerShape {
  /** Bytes of the experts' matrices, biases included; 0 in a dense layer. */
  expertBytes: number;
  /** Bytes of everything else: attention, norms, the router, a dense feed-forward. */
  otherBytes: number;
  /** Of `otherBytes`, those of a dense feed-forward and of experts that every token uses. */
  feedForwardBytes: number;
  /** Numbers of one token's key and value: heads × head size. */
  keySize: number;
  valueSize: number;
  /** It only looks back over the sliding window. */
  isSliding: boolean;
}

export interface ModelShape {
  name: string;
  architecture: string;
  layers: LayerShape[];
  /** Bytes of the token embeddings, which stay in RAM. */
  embeddingBytes: number;
  /** Bytes of the output matrix and norm; of the embeddings once more where the two are tied. */
  outputBytes: number;
  /** The output is the embeddings: what lies on a GPU is a copy. */
  isTied: boolean;
  /** Numbers per token between the layers. */
  embeddingSize: number;
  vocabularySize: number;
  /** Query heads. */
  heads: number;
  /** Numbers of one token's queries: query heads × head size. */
  querySize: number;
  /** Numbers of a head's key and value. */
  headSizes: readonly [key: number, value: number];
  feedForwardSize: number;
  expertsUsed: number;
  /** What one token uses of the experts, 0 to 1. */
  expertShare: number;
  /** Tokens that the model was trained for. */
  trainContext: number;
  /** Tokens; undefined where every layer sees all. */
  slidingWindow: number | undefined;
  /** Made from rough sizes, not from tensors. */
  isEstimate?: boolean;
  /** How far the engine is from the arithmetic, where it has been asked. */
  calibration?: Calibration;
  refusal?: Refusal;
}

/** A layer with one of these has keys and values to keep. */
const KEYS = /^attn_(?:k|qkv|kv|kv_a_mqa|kv_b|k_b)\.weight$/;
/** Layers with keys and values of their own, which the later ones use; where the header does not say how many do. */
const OWN_KV: Readonly<Record<string, number>> = { gemma3n: 20 };
const BLOCK = /^blk\.(\d+)\.(.+)$/;
/** Of layers, far beyond any model; of anything else. */
const MOST_LAYERS = 1_000;
const MOST = 2 ** 32;

/** Of what is no expert; the router belongs to the attention, with which it stays on the GPU. */
const FEED_FORWARD = /^ffn_(?:gate|up|down)(?:_shexp)?\./;
const EXPERTS = /^ffn_(?:gate|up|down|gate_up)_(?:exps|chexps)\./;

/**
 * @param name the model's name, for sentences
 * @throws HearthError `model-unsupported` when the header lacks a size that the arithmetic needs
 */
export function modelShape(name: string, { metadata, tensors }: HeaderFacts): ModelShape {
  const architecture = String(metadata.get('general.architecture') ?? '');
  const raw = (key: string): HeaderValue | undefined => metadata.get(`${architecture}.${key}`);
  // Sizes are whole numbers that a computer can count to, whatever a header says; of several layers', the largest.
  const figure = (key: string): number | undefined => {
    const value = raw(key);
    const numbers = (Array.isArray(value) ? (value as readonly HeaderScalar[]) : [value]).flatMap((each) =>
      typeof each === 'number' || typeof each === 'bigint' ? [Number(each)] : [],
    );
    if (numbers.some((number) => !Number.isInteger(number) || number < 0 || number > MOST))
      throw notSound(name, `${architecture}.${key}`);
    return numbers.length === 0 ? undefined : Math.max(...numbers);
  };
  const need = (key: string): number => {
    const value = figure(key);
    if (value === undefined || value === 0) throw cannotPlan(name, `${architecture}.${key}`);
    return value;
  };
  const count = need('block_count');
  if (count > MOST_LAYERS) throw notSound(name, `${architecture}.block_count`);
  const heads = need('attention.head_count');
  const embeddingSize = need('embedding_length');
  // The last ones may predict further tokens: llama.cpp counts them, but does not load them.
  const loaded = count - Math.min(count - 1, figure('nextn_predict_layers') ?? 0);
  const pattern = raw('attention.sliding_window_pattern');
  const sliding = slidingLayers(
    architecture,
    loaded,
    figure('attention.sliding_window'),
    Array.isArray(pattern) ? pattern.map(Boolean) : figure('attention.sliding_window_pattern'),
  );
  const shared = figure('attention.shared_kv_layers');
  const withCache = shared === undefined ? (OWN_KV[architecture] ?? loaded) : loaded - shared;
  const bytes = layerBytes(name, loaded, tensors);
  const experts = figure('expert_count') ?? 0;
  const expertsUsed = figure('expert_used_count') ?? 1;
  const key = figure('attention.key_length') ?? embeddingSize / heads;
  const value = figure('attention.value_length') ?? embeddingSize / heads;
  const sizes = keyValueSizes(tensors, {
    key,
    value,
    heads: figure('attention.head_count_kv') ?? heads,
  });
  const ofTensor = (tensorName: string): number =>
    tensors.find((tensor) => tensor.name === tensorName)?.bytes ?? 0;
  const embedding = tensors.find((tensor) => tensor.name === 'token_embd.weight');
  const isTied = !tensors.some((tensor) => tensor.name === 'output.weight');
  return {
    name,
    architecture,
    layers: Array.from({ length: count }, (_, layer) => ({
      expertBytes: bytes.experts[layer] ?? 0,
      otherBytes: bytes.others[layer] ?? 0,
      feedForwardBytes: bytes.feedForward[layer] ?? 0,
      ...(layer < withCache ? sizes(layer) : { keySize: 0, valueSize: 0 }),
      isSliding: sliding?.isSliding(layer) ?? false,
    })),
    embeddingBytes: embedding?.bytes ?? 0,
    outputBytes:
      ofTensor('output_norm.weight') + (isTied ? (embedding?.bytes ?? 0) : ofTensor('output.weight')),
    isTied,
    embeddingSize,
    vocabularySize: embedding?.dimensions[1] ?? 0,
    heads,
    querySize: tensors.find((tensor) => tensor.name === 'blk.0.attn_q.weight')?.dimensions[1] ?? key * heads,
    headSizes: [key, value],
    feedForwardSize: figure('expert_feed_forward_length') ?? figure('feed_forward_length') ?? 0,
    expertsUsed,
    expertShare: experts > 0 ? Math.min(1, expertsUsed / experts) : 1,
    trainContext: figure('context_length') ?? 0,
    slidingWindow: sliding?.window,
  };
}

/** Bytes of all weights, as the file has them. */
export function weightBytes(shape: ModelShape): number {
  const layers = shape.layers.reduce((sum, layer) => sum + layer.expertBytes + layer.otherBytes, 0);
  return layers + shape.embeddingBytes + shape.outputBytes - (shape.isTied ? shape.embeddingBytes : 0);
}

function layerBytes(
  name: string,
  count: number,
  tensors: HeaderFacts['tensors'],
): Record<'experts' | 'others' | 'feedForward', number[]> {
  const experts = new Array<number>(count).fill(0);
  const feedForward = new Array<number>(count).fill(0);
  const others = new Array<number>(count).fill(0);
  for (const tensor of tensors) {
    const [, layer, part] = BLOCK.exec(tensor.name) ?? [];
    if (layer === undefined || part === undefined) continue;
    const index = Number(layer);
    if (index >= count) continue;
    if (tensor.bytes === undefined) throw cannotPlan(name, `the type of ${tensor.name}`);
    const group = EXPERTS.test(part) ? experts : others;
    group[index] = (group[index] ?? 0) + tensor.bytes;
    if (FEED_FORWARD.test(part)) feedForward[index] = (feedForward[index] ?? 0) + tensor.bytes;
  }
  return { experts, others, feedForward };
}

/** By the matrices themselves where there are any: the number of heads may differ from layer to layer. */
function keyValueSizes(
  tensors: HeaderFacts['tensors'],
  common: { key: number; value: number; heads: number },
): (layer: number) => { keySize: number; valueSize: number } {
  const rows = new Map(tensors.map((tensor) => [tensor.name, tensor.dimensions[1]]));
  const hasCache = new Set(
    tensors.flatMap(({ name }) => {
      const [, layer, part = ''] = BLOCK.exec(name) ?? [];
      return layer !== undefined && KEYS.test(part) ? [Number(layer)] : [];
    }),
  );
  return (layer) => {
    // A layer without keys keeps a state of its own, small and the same at every length.
    if (hasCache.size > 0 && !hasCache.has(layer)) return { keySize: 0, valueSize: 0 };
    return {
      keySize: rows.get(`blk.${layer}.attn_k.weight`) ?? common.key * common.heads,
      valueSize: rows.get(`blk.${layer}.attn_v.weight`) ?? common.value * common.heads,
    };
  };
}

function cannotPlan(name: string, what: string): HearthError {
  return new HearthError(
    'model-unsupported',
    `${name} cannot be planned: its header does not say ${what}.`,
    'It may still load. The load then says what it took.',
  );
}

function notSound(name: string, what: string): HearthError {
  return new HearthError(
    'model-damaged',
    `${name} cannot be planned: its header has an impossible ${what}.`,
    'Download it again and compare its size and checksum with its source.',
  );
}
