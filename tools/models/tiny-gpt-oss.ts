/** A gpt-oss of under two megabytes: the real architecture, tensor names, quantization and control tokens, random weights. */
import { encodeGguf, type GgufTensor, type GgufValue } from '../gguf/gguf-writer';
import { encodeTensor, type TensorType } from '../gguf/tensor-types';
import { babblerTensors, randomMatrix, reservedDimensions, type BabblerShape } from './babbler';
import { byteVocabulary, vocabularyMetadata } from './byte-vocabulary';
import { Random } from './random';

/** The model's facts, for tests that compare them with what a loader says. */
export const TINY_GPT_OSS = {
  layers: 4,
  embedding: 64,
  heads: 4,
  kvHeads: 2,
  headSize: 64,
  experts: 8,
  expertsUsed: 2,
  expertSize: 64,
  slidingWindow: 128,
  contextLength: 8192,
} as const;

export const HARMONY_TOKENS: readonly string[] = [
  '<|startoftext|>',
  '<|endoftext|>',
  '<|return|>',
  '<|constrain|>',
  '<|channel|>',
  '<|start|>',
  '<|end|>',
  '<|message|>',
  '<|call|>',
  '<|endofprompt|>',
];

/** Strong enough that nothing else has a chance. */
const SURE = 55;

/**
 * The file's bytes, the same on every machine. After `<|start|>assistant` the model writes a proper header, usually of
 * the final channel and sometimes of analysis first, then babble of a few hundred tokens.
 */
export function tinyGptOss(): Uint8Array {
  const vocabulary = byteVocabulary(['assistant', 'analysis', 'final'], HARMONY_TOKENS);
  const shape: BabblerShape = {
    vocabulary,
    embedding: TINY_GPT_OSS.embedding,
    steering: {
      odds: { '<|end|>': -2.8, '<|return|>': -4.3 },
      follows: {
        assistant: { '<|channel|>': SURE },
        '<|channel|>': { final: SURE, analysis: SURE - 1.8 },
        final: { '<|message|>': SURE },
        analysis: { '<|message|>': SURE },
        '<|message|>': { '<|return|>': -SURE, '<|end|>': -SURE },
        '<|end|>': { '<|start|>': SURE },
        '<|start|>': { assistant: SURE },
      },
    },
  };
  const random = new Random(120);
  return encodeGguf({
    metadata: new Map([
      ...metadata(),
      ...vocabularyMetadata(vocabulary, 'gpt-4o'),
      ...specialIds(vocabulary.id),
    ]),
    tensors: [...babblerTensors(shape, 'Q8_0', random), ...layers(shape, random)],
  });
}

function metadata(): [string, GgufValue][] {
  const t = TINY_GPT_OSS;
  const counts: [string, number][] = [
    ['block_count', t.layers],
    ['context_length', t.contextLength],
    ['embedding_length', t.embedding],
    ['feed_forward_length', t.expertSize],
    ['expert_feed_forward_length', t.expertSize],
    ['attention.head_count', t.heads],
    ['attention.head_count_kv', t.kvHeads],
    ['attention.key_length', t.headSize],
    ['attention.value_length', t.headSize],
    ['attention.sliding_window', t.slidingWindow],
    ['expert_count', t.experts],
    ['expert_used_count', t.expertsUsed],
    ['rope.scaling.original_context_length', t.contextLength / 2],
  ];
  return [
    ['general.architecture', { type: 'string', value: 'gpt-oss' }],
    ['general.name', { type: 'string', value: 'Tiny gpt-oss' }],
    ['general.size_label', { type: 'string', value: '8x48K' }],
    ...counts.map(([key, value]): [string, GgufValue] => [`gpt-oss.${key}`, { type: 'uint32', value }]),
    ['gpt-oss.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-5 }],
    ['gpt-oss.rope.freq_base', { type: 'float32', value: 150000 }],
    ['gpt-oss.rope.scaling.type', { type: 'string', value: 'yarn' }],
    ['gpt-oss.rope.scaling.factor', { type: 'float32', value: 2 }],
  ];
}

function specialIds(id: (token: string) => number): [string, GgufValue][] {
  return [
    ['tokenizer.ggml.bos_token_id', { type: 'uint32', value: id('<|startoftext|>') }],
    ['tokenizer.ggml.eos_token_id', { type: 'uint32', value: id('<|return|>') }],
    ['tokenizer.ggml.padding_token_id', { type: 'uint32', value: id('<|endoftext|>') }],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
  ];
}

function layers(shape: BabblerShape, random: Random): GgufTensor[] {
  const t = TINY_GPT_OSS;
  const silentRows = reservedDimensions(shape);
  const out: GgufTensor[] = [vector('output_norm.weight', t.embedding, () => 1)];
  for (let layer = 0; layer < t.layers; layer++) {
    const name = (rest: string): string => `blk.${layer}.${rest}`;
    const small = (): number => random.normal() * 0.1;
    const linear = (
      rest: string,
      columns: number,
      rows: number,
      options: { gain?: number; silentRows?: number } = {},
    ) => {
      const values = randomMatrix(random, columns, rows, options);
      const silent = options.silentRows ?? 0;
      out.push(tensor(name(`${rest}.weight`), [columns, rows], 'Q8_0', values));
      out.push(vector(name(`${rest}.bias`), rows, (row) => (row < silent ? 0 : small())));
    };
    out.push(vector(name('attn_norm.weight'), t.embedding, () => 1));
    linear('attn_q', t.embedding, t.heads * t.headSize, { gain: 1.5 });
    linear('attn_k', t.embedding, t.kvHeads * t.headSize, { gain: 1.5 });
    linear('attn_v', t.embedding, t.kvHeads * t.headSize);
    linear('attn_output', t.heads * t.headSize, t.embedding, { gain: 0.7, silentRows });
    out.push(vector(name('attn_sinks.weight'), t.heads, () => random.normal()));
    out.push(vector(name('post_attention_norm.weight'), t.embedding, () => 1));
    out.push(
      tensor(
        name('ffn_gate_inp.weight'),
        [t.embedding, t.experts],
        'F32',
        randomMatrix(random, t.embedding, t.experts),
      ),
    );
    out.push(vector(name('ffn_gate_inp.bias'), t.experts, small));
    for (const part of ['gate', 'up', 'down'] as const) {
      const silent = part === 'down' ? silentRows : 0;
      const [columns, rows] = part === 'down' ? [t.expertSize, t.embedding] : [t.embedding, t.expertSize];
      const values = new Float32Array(columns * rows * t.experts);
      for (let expert = 0; expert < t.experts; expert++) {
        values.set(
          randomMatrix(random, columns, rows, { gain: 0.7, silentRows: silent }),
          expert * columns * rows,
        );
      }
      out.push(tensor(name(`ffn_${part}_exps.weight`), [columns, rows, t.experts], 'MXFP4', values));
      const bias = Float32Array.from({ length: rows * t.experts }, (_, i) =>
        i % rows < silent ? 0 : small(),
      );
      out.push(tensor(name(`ffn_${part}_exps.bias`), [rows, t.experts], 'F32', bias));
    }
  }
  return out;
}

function tensor(name: string, shape: readonly number[], type: TensorType, values: Float32Array): GgufTensor {
  return { name, shape, type, data: encodeTensor(type, values) };
}

function vector(name: string, size: number, value: (index: number) => number): GgufTensor {
  return tensor(
    name,
    [size],
    'F32',
    Float32Array.from({ length: size }, (_, index) => value(index)),
  );
}
