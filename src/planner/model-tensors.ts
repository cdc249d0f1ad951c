/** A model's tensors from its published configuration, as its GGUF file would list them. */
import type { HeaderFacts } from './model-shape';
import { tensorType, type Quantization } from './quantization-mix';
import { typeBytes } from './tensor-types';

/** What a configuration says; what is left out is not there. */
export interface ModelSpec {
  /** llama.cpp's name of it. */
  architecture: 'llama' | 'qwen2' | 'qwen3' | 'qwen3moe' | 'gemma3' | 'phi3' | 'glm4moe';
  layers: number;
  embedding: number;
  /** Of dense layers. */
  feedForward: number;
  heads: number;
  kvHeads: number;
  headSize: number;
  vocabulary: number;
  /** Tokens that it was trained for. */
  context: number;
  /** The output matrix is the embeddings. */
  isTied?: boolean;
  /** Tokens that a sliding layer sees. */
  window?: number;
  experts?: { count: number; used: number; size: number; shared?: number; denseLayers?: number };
}

/** Names, dimensions and bytes in a quantization. */
export function specHeader(spec: ModelSpec, quantization: Quantization): HeaderFacts {
  const facts = {
    layers: spec.layers,
    experts: spec.experts?.count ?? 0,
    headsShared: spec.heads / spec.kvHeads,
    isTied: spec.isTied ?? false,
    is70B: spec.architecture === 'llama' && spec.layers === 80,
  };
  return {
    metadata: metadataOf(spec),
    tensors: tensorsOf(spec).map(([name, ...dimensions]) => {
      const elements = dimensions.reduce((product, size) => product * size, 1);
      const type = tensorType(quantization, { name, dimensions }, facts);
      return { name, dimensions, bytes: typeBytes(type, elements) };
    }),
  };
}

type NamedDimensions = [name: string, ...dimensions: number[]];

function tensorsOf(spec: ModelSpec): NamedDimensions[] {
  const { embedding, vocabulary } = spec;
  return [
    ['token_embd.weight', embedding, vocabulary],
    ['output_norm.weight', embedding],
    ...(spec.isTied === true ? [] : [['output.weight', embedding, vocabulary] satisfies NamedDimensions]),
    ...Array.from({ length: spec.layers }, (_, layer) =>
      [...attention(spec), ...feedForward(spec, layer)].map(([name, ...dimensions]): NamedDimensions => [
        `blk.${layer}.${name}`,
        ...dimensions,
      ]),
    ).flat(),
  ];
}

function attention({ architecture, embedding, heads, kvHeads, headSize }: ModelSpec): NamedDimensions[] {
  const [query, keyValue] = [heads * headSize, kvHeads * headSize];
  const out: NamedDimensions[] = [
    ['attn_norm.weight', embedding],
    ['attn_output.weight', query, embedding],
    [architecture === 'glm4moe' ? 'post_attention_norm.weight' : 'ffn_norm.weight', embedding],
  ];
  if (architecture === 'phi3') return [...out, ['attn_qkv.weight', embedding, query + 2 * keyValue]];
  out.push(
    ['attn_q.weight', embedding, query],
    ['attn_k.weight', embedding, keyValue],
    ['attn_v.weight', embedding, keyValue],
  );
  if (architecture === 'qwen2' || architecture === 'glm4moe')
    out.push(['attn_q.bias', query], ['attn_k.bias', keyValue], ['attn_v.bias', keyValue]);
  if (architecture === 'qwen3' || architecture === 'qwen3moe' || architecture === 'gemma3')
    out.push(['attn_q_norm.weight', headSize], ['attn_k_norm.weight', headSize]);
  if (architecture === 'gemma3')
    out.push(['post_attention_norm.weight', embedding], ['post_ffw_norm.weight', embedding]);
  return out;
}

function feedForward(spec: ModelSpec, layer: number): NamedDimensions[] {
  const { embedding, experts, architecture } = spec;
  if (experts === undefined || layer < (experts.denseLayers ?? 0)) {
    const size = spec.feedForward;
    // Gate and up in one matrix.
    if (architecture === 'phi3')
      return [['ffn_up.weight', embedding, 2 * size], ['ffn_down.weight', size, embedding]]; // prettier-ignore
    return gated('', embedding, size);
  }
  const { count, size, shared = 0 } = experts;
  return [
    ['ffn_gate_inp.weight', embedding, count],
    ...gated('_exps', embedding, size).map(([name, ...rest]): NamedDimensions => [name, ...rest, count]),
    ...(shared > 0 ? gated('_shexp', embedding, shared * size) : []),
  ];
}

function gated(suffix: string, embedding: number, size: number): NamedDimensions[] {
  return [
    [`ffn_gate${suffix}.weight`, embedding, size],
    [`ffn_up${suffix}.weight`, embedding, size],
    [`ffn_down${suffix}.weight`, size, embedding],
  ];
}

function metadataOf(spec: ModelSpec): Map<string, string | number> {
  const { architecture, experts } = spec;
  const figures: [string, number | undefined][] = [
    ['block_count', spec.layers],
    ['context_length', spec.context],
    ['embedding_length', spec.embedding],
    ['feed_forward_length', spec.feedForward],
    ['attention.head_count', spec.heads],
    ['attention.head_count_kv', spec.kvHeads],
    ['attention.key_length', spec.headSize],
    ['attention.value_length', spec.headSize],
    ['attention.sliding_window', spec.window],
    ['expert_count', experts?.count],
    ['expert_used_count', experts?.used],
    ['expert_feed_forward_length', experts?.size],
  ];
  return new Map<string, string | number>([
    ['general.architecture', architecture],
    ...figures.flatMap(([key, value]): [string, number][] =>
      value === undefined ? [] : [[`${architecture}.${key}`, value]],
    ),
  ]);
}
