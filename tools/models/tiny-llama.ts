/** A Llama of under two megabytes with a ChatML template: stands for every model that is not gpt-oss. */
import { encodeGguf, type GgufTensor, type GgufValue } from '../gguf/gguf-writer';
import { encodeTensor, type TensorType } from '../gguf/tensor-types';
import { babblerTensors, randomMatrix, reservedDimensions, type BabblerShape } from './babbler';
import { byteVocabulary, vocabularyMetadata } from './byte-vocabulary';
import { CHATML_TEMPLATE } from './chatml-template';
import { Random } from './random';

/** The model's facts, for tests that compare them with what a loader says. */
export const TINY_LLAMA = {
  layers: 3,
  embedding: 64,
  heads: 4,
  kvHeads: 2,
  headSize: 16,
  feedForward: 128,
  contextLength: 8192,
} as const;

/** The file's bytes, the same on every machine. */
export function tinyLlama(): Uint8Array {
  const vocabulary = byteVocabulary(['assistant'], ['<|endoftext|>', '<|im_start|>', '<|im_end|>']);
  const shape: BabblerShape = {
    vocabulary,
    embedding: TINY_LLAMA.embedding,
    steering: {
      odds: { '<|im_end|>': -3.8 },
      follows: { '<|im_start|>': { '<|im_end|>': -24 }, assistant: { '<|im_end|>': -24 } },
    },
  };
  const random = new Random(8);
  const ids: [string, GgufValue][] = [
    ['tokenizer.ggml.bos_token_id', { type: 'uint32', value: vocabulary.id('<|endoftext|>') }],
    ['tokenizer.ggml.eos_token_id', { type: 'uint32', value: vocabulary.id('<|im_end|>') }],
    ['tokenizer.ggml.padding_token_id', { type: 'uint32', value: vocabulary.id('<|endoftext|>') }],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
    ['tokenizer.chat_template', { type: 'string', value: CHATML_TEMPLATE }],
  ];
  return encodeGguf({
    metadata: new Map([
      ...metadata(vocabulary.tokens.length),
      ...vocabularyMetadata(vocabulary, 'gpt-2'),
      ...ids,
    ]),
    tensors: [...babblerTensors(shape, 'Q8_0', random), ...layers(shape, random)],
  });
}

function metadata(vocabularySize: number): [string, GgufValue][] {
  const t = TINY_LLAMA;
  const counts: [string, number][] = [
    ['block_count', t.layers],
    ['context_length', t.contextLength],
    ['embedding_length', t.embedding],
    ['feed_forward_length', t.feedForward],
    ['attention.head_count', t.heads],
    ['attention.head_count_kv', t.kvHeads],
    ['rope.dimension_count', t.headSize],
    ['vocab_size', vocabularySize],
  ];
  return [
    ['general.architecture', { type: 'string', value: 'llama' }],
    ['general.name', { type: 'string', value: 'Tiny Llama' }],
    ...counts.map(([key, value]): [string, GgufValue] => [`llama.${key}`, { type: 'uint32', value }]),
    ['llama.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-5 }],
    ['llama.rope.freq_base', { type: 'float32', value: 10000 }],
  ];
}

function layers(shape: BabblerShape, random: Random): GgufTensor[] {
  const t = TINY_LLAMA;
  const silentRows = reservedDimensions(shape);
  const out: GgufTensor[] = [ones('output_norm.weight')];
  for (let layer = 0; layer < t.layers; layer++) {
    const linear = (
      name: string,
      columns: number,
      rows: number,
      options: { gain?: number; silentRows?: number } = {},
    ) => {
      out.push(
        tensor(
          `blk.${layer}.${name}.weight`,
          [columns, rows],
          'F16',
          randomMatrix(random, columns, rows, options),
        ),
      );
    };
    out.push(ones(`blk.${layer}.attn_norm.weight`));
    linear('attn_q', t.embedding, t.heads * t.headSize, { gain: 1.5 });
    linear('attn_k', t.embedding, t.kvHeads * t.headSize, { gain: 1.5 });
    linear('attn_v', t.embedding, t.kvHeads * t.headSize);
    linear('attn_output', t.heads * t.headSize, t.embedding, { gain: 0.7, silentRows });
    out.push(ones(`blk.${layer}.ffn_norm.weight`));
    linear('ffn_gate', t.embedding, t.feedForward);
    linear('ffn_up', t.embedding, t.feedForward);
    linear('ffn_down', t.feedForward, t.embedding, { gain: 0.7, silentRows });
  }
  return out;
}

function tensor(name: string, shape: readonly number[], type: TensorType, values: Float32Array): GgufTensor {
  return { name, shape, type, data: encodeTensor(type, values) };
}

function ones(name: string): GgufTensor {
  return tensor(name, [TINY_LLAMA.embedding], 'F32', new Float32Array(TINY_LLAMA.embedding).fill(1));
}
