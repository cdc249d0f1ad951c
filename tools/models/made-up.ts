/** Made-up models of any size: architectures that real models have, random weights, and a vocabulary of bytes. */
import type { GgufTensorInfo, GgufValue } from '../gguf/gguf-writer';
import type { TensorType } from '../gguf/tensor-types';
import { byteVocabulary, vocabularyMetadata, withUnusedWords } from './byte-vocabulary';
import { CHATML_TEMPLATE } from './chatml-template';
import { writeRandomModel } from './random-weights';
import { HARMONY_TOKENS } from './tiny-gpt-oss';

export interface MadeUpModel {
  architecture: 'llama' | 'qwen3' | 'qwen3moe' | 'gemma3' | 'gpt-oss';
  layers: number;
  embedding: number;
  heads: number;
  kvHeads: number;
  headSize: number;
  /** Of a dense layer, or of one expert. */
  feedForward: number;
  experts?: number;
  expertsUsed?: number;
  /** Tokens that a sliding layer sees. */
  slidingWindow?: number;
  vocabulary: number;
  contextLength: number;
  /** Of the matrices; those of gpt-oss's experts are in MXFP4. */
  type: TensorType;
}

const CONTROL_TOKENS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];

/** Writes a file that llama.cpp loads. */
export function writeMadeUpModel(path: string, model: MadeUpModel): void {
  writeRandomModel(path, metadata(model), tensors(model));
}

function metadata(model: MadeUpModel): Map<string, GgufValue> {
  const { architecture: arch } = model;
  // gpt-oss is spoken to in harmony, whatever else its file says.
  const control = new Set([...CONTROL_TOKENS, ...(arch === 'gpt-oss' ? HARMONY_TOKENS : [])]);
  const plain = byteVocabulary([], [...control]);
  const vocabulary = withUnusedWords(plain, model.vocabulary - plain.tokens.length);
  const counts: [string, number | undefined][] = [
    ['block_count', model.layers],
    ['context_length', model.contextLength],
    ['embedding_length', model.embedding],
    ['feed_forward_length', model.feedForward],
    ['expert_feed_forward_length', model.experts === undefined ? undefined : model.feedForward],
    ['expert_count', model.experts],
    ['expert_used_count', model.expertsUsed],
    ['attention.head_count', model.heads],
    ['attention.head_count_kv', model.kvHeads],
    ['attention.key_length', model.headSize],
    ['attention.value_length', model.headSize],
    ['attention.sliding_window', model.slidingWindow],
    ['rope.dimension_count', model.headSize],
  ];
  return new Map<string, GgufValue>([
    ['general.architecture', { type: 'string', value: arch }],
    ['general.name', { type: 'string', value: `Made-up ${arch}` }],
    ...counts.flatMap(([key, value]): [string, GgufValue][] =>
      value === undefined ? [] : [[`${arch}.${key}`, { type: 'uint32', value }]],
    ),
    [`${arch}.attention.layer_norm_rms_epsilon`, { type: 'float32', value: 1e-5 }],
    [`${arch}.rope.freq_base`, { type: 'float32', value: 10_000 }],
    ...vocabularyMetadata(vocabulary, 'gpt-2'),
    ['tokenizer.ggml.bos_token_id', { type: 'uint32', value: vocabulary.id('<|endoftext|>') }],
    ['tokenizer.ggml.eos_token_id', { type: 'uint32', value: vocabulary.id('<|im_end|>') }],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
    ['tokenizer.chat_template', { type: 'string', value: CHATML_TEMPLATE }],
  ]);
}

function tensors(model: MadeUpModel): GgufTensorInfo[] {
  const { architecture, embedding, heads, kvHeads, headSize, feedForward, experts } = model;
  const isGptOss = architecture === 'gpt-oss';
  const out: GgufTensorInfo[] = [];
  const matrix = (name: string, shape: number[], type = model.type) =>
    out.push({ name: `${name}.weight`, shape, type });
  const vector = (name: string, length: number) => out.push({ name, shape: [length], type: 'F32' });
  matrix('token_embd', [embedding, model.vocabulary]);
  vector('output_norm.weight', embedding);
  matrix('output', [embedding, model.vocabulary]);
  for (let layer = 0; layer < model.layers; layer += 1) {
    const block = `blk.${layer}.`;
    vector(`${block}attn_norm.weight`, embedding);
    for (const [part, columns, rows] of [
      ['attn_q', embedding, heads * headSize],
      ['attn_k', embedding, kvHeads * headSize],
      ['attn_v', embedding, kvHeads * headSize],
      ['attn_output', heads * headSize, embedding],
    ] as const) {
      matrix(block + part, [columns, rows]);
      if (isGptOss) vector(`${block}${part}.bias`, rows);
    }
    if (architecture.startsWith('qwen3') || architecture === 'gemma3') {
      vector(`${block}attn_q_norm.weight`, headSize);
      vector(`${block}attn_k_norm.weight`, headSize);
    }
    if (isGptOss) vector(`${block}attn_sinks.weight`, heads);
    if (isGptOss || architecture === 'gemma3') vector(`${block}post_attention_norm.weight`, embedding);
    if (!isGptOss) vector(`${block}ffn_norm.weight`, embedding);
    if (architecture === 'gemma3') vector(`${block}post_ffw_norm.weight`, embedding);
    const suffix = experts === undefined ? '' : '_exps';
    const many = experts === undefined ? [] : [experts];
    if (experts !== undefined) {
      matrix(`${block}ffn_gate_inp`, [embedding, experts], 'F32');
      if (isGptOss) vector(`${block}ffn_gate_inp.bias`, experts);
    }
    for (const [part, columns, rows] of [
      ['gate', embedding, feedForward],
      ['up', embedding, feedForward],
      ['down', feedForward, embedding],
    ] as const) {
      const name = `${block}ffn_${part}${suffix}`;
      matrix(name, [columns, rows, ...many], isGptOss ? 'MXFP4' : model.type);
      if (isGptOss) out.push({ name: `${name}.bias`, shape: [rows, ...many], type: 'F32' });
    }
  }
  return out;
}
