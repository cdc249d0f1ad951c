/** gpt-oss as its files are, tensor by tensor: a plan needs no file. Sizes from the published configurations. */
import type { HeaderFacts } from './model-shape';

interface GptOssSize {
  layers: number;
  experts: number;
}

export const GPT_OSS: Readonly<Record<string, GptOssSize>> = {
  'gpt-oss-20b': { layers: 24, experts: 32 },
  'gpt-oss-120b': { layers: 36, experts: 128 },
};

const EMBEDDING = 2_880;
const VOCABULARY = 201_088;
const HEADS = 64;
const KV_HEADS = 8;
const HEAD_SIZE = 64;

const f32 = (elements: number): number => elements * 4;
const q8 = (elements: number): number => (elements / 32) * 34;
const mxfp4 = (elements: number): number => (elements / 32) * 17;

/** Names, dimensions and bytes as in OpenAI's MXFP4 weights converted to GGUF (attention and embeddings in Q8_0). */
export function gptOssHeader({ layers, experts }: GptOssSize): HeaderFacts {
  const tensors: { name: string; dimensions: number[]; bytes: number }[] = [];
  const add = (name: string, dimensions: number[], bytes: (elements: number) => number): void => {
    tensors.push({ name, dimensions, bytes: bytes(dimensions.reduce((product, size) => product * size, 1)) });
  };
  add('token_embd.weight', [EMBEDDING, VOCABULARY], q8);
  add('output_norm.weight', [EMBEDDING], f32);
  add('output.weight', [EMBEDDING, VOCABULARY], q8);
  for (let layer = 0; layer < layers; layer += 1) {
    const block = `blk.${layer}.`;
    add(`${block}attn_norm.weight`, [EMBEDDING], f32);
    add(`${block}post_attention_norm.weight`, [EMBEDDING], f32);
    for (const [part, rows] of [
      ['q', HEADS * HEAD_SIZE],
      ['k', KV_HEADS * HEAD_SIZE],
      ['v', KV_HEADS * HEAD_SIZE],
    ] as const) {
      add(`${block}attn_${part}.weight`, [EMBEDDING, rows], q8);
      add(`${block}attn_${part}.bias`, [rows], f32);
    }
    add(`${block}attn_output.weight`, [HEADS * HEAD_SIZE, EMBEDDING], q8);
    add(`${block}attn_output.bias`, [EMBEDDING], f32);
    add(`${block}attn_sinks.weight`, [HEADS], f32);
    add(`${block}ffn_gate_inp.weight`, [EMBEDDING, experts], f32);
    add(`${block}ffn_gate_inp.bias`, [experts], f32);
    for (const part of ['gate', 'up', 'down']) {
      add(`${block}ffn_${part}_exps.weight`, [EMBEDDING, EMBEDDING, experts], mxfp4);
      add(`${block}ffn_${part}_exps.bias`, [EMBEDDING, experts], f32);
    }
  }
  return {
    metadata: new Map<string, string | number>([
      ['general.architecture', 'gpt-oss'],
      ['gpt-oss.block_count', layers],
      ['gpt-oss.context_length', 131_072],
      ['gpt-oss.embedding_length', EMBEDDING],
      ['gpt-oss.expert_feed_forward_length', EMBEDDING],
      ['gpt-oss.attention.head_count', HEADS],
      ['gpt-oss.attention.head_count_kv', KV_HEADS],
      ['gpt-oss.attention.key_length', HEAD_SIZE],
      ['gpt-oss.attention.value_length', HEAD_SIZE],
      ['gpt-oss.attention.sliding_window', 128],
      ['gpt-oss.expert_count', experts],
      ['gpt-oss.expert_used_count', 4],
    ]),
    tensors,
  };
}
