/**
 * A GGUF with gpt-oss's whole vocabulary (o200k_harmony, 201,088 tokens) and no weights: loads with `vocabOnly` and
 * tokenizes exactly as the real model does.
 */
import { encodeGguf, type GgufValue } from '../gguf/gguf-writer';
import { byteSpelling } from './byte-vocabulary';
import { o200kTokens } from './o200k-ranks';

/** Stands at the file's beginning; change the number when the file's content changes. */
export const O200K_VOCAB_NAME = 'o200k_harmony vocabulary 1';

const VOCABULARY_SIZE = 201_088;
const NORMAL = 1;
const CONTROL = 3;

/** Ids from openai-harmony (src/tiktoken_ext/public_encodings.rs); every other id after the ranks is reserved. */
export const HARMONY_CONTROL_TOKENS: ReadonlyMap<number, string> = new Map([
  [199998, '<|startoftext|>'],
  [199999, '<|endoftext|>'],
  [200002, '<|return|>'],
  [200003, '<|constrain|>'],
  [200005, '<|channel|>'],
  [200006, '<|start|>'],
  [200007, '<|end|>'],
  [200008, '<|message|>'],
  [200012, '<|call|>'],
  [200018, '<|endofprompt|>'],
]);

/** The file's bytes; takes a few seconds. */
export function o200kVocab(): Uint8Array {
  return encodeGguf({ metadata: new Map([...metadata(), ...o200kVocabulary()]), tensors: [] });
}

/** The vocabulary's own metadata, for a file with weights too; takes a few seconds. */
export function o200kVocabulary(): [string, GgufValue][] {
  const ranked = o200kTokens();
  const spelling = byteSpelling();
  const spell = (bytes: string): string => {
    let text = '';
    for (let i = 0; i < bytes.length; i++) text += spelling[bytes.charCodeAt(i)] ?? '';
    return text;
  };
  const tokens = ranked.map(spell);
  const types: number[] = tokens.map(() => NORMAL);
  for (let id = ranked.length; id < VOCABULARY_SIZE; id++) {
    tokens.push(HARMONY_CONTROL_TOKENS.get(id) ?? `<|reserved_${id}|>`);
    types.push(CONTROL);
  }
  const merges = mergesOf(ranked).map(([left, right]) => `${spell(left)} ${spell(right)}`);
  return vocabulary(tokens, types, merges);
}

/**
 * The merges behind a list of ranks: a token's last merge joins the two parts that byte-pair encoding leaves of it
 * when only lower ranks may be used.
 */
export function mergesOf(ranked: readonly string[]): [string, string][] {
  const ranks = new Map(ranked.map((token, rank) => [token, rank]));
  const merges: [string, string][] = [];
  ranked.forEach((token, rank) => {
    if (token.length < 2) return;
    const [left, right, ...more] = partsBelow(token, rank, ranks);
    if (left === undefined || right === undefined || more.length > 0) {
      throw new Error(`Token ${rank} is not a merge of two tokens.`);
    }
    merges.push([left, right]);
  });
  return merges;
}

function partsBelow(token: string, limit: number, ranks: ReadonlyMap<string, number>): string[] {
  const parts = token.split('');
  for (;;) {
    let best = limit;
    let at = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(`${parts[i]}${parts[i + 1]}`);
      if (rank !== undefined && rank < best) {
        best = rank;
        at = i;
      }
    }
    if (at === -1) return parts;
    parts.splice(at, 2, `${parts[at]}${parts[at + 1]}`);
  }
}

/** The shape of gpt-oss-20b: a loader reads it even where it loads no weights. */
function metadata(): [string, GgufValue][] {
  const counts: [string, number][] = [
    ['block_count', 24],
    ['context_length', 131072],
    ['embedding_length', 2880],
    ['feed_forward_length', 2880],
    ['attention.head_count', 64],
    ['attention.head_count_kv', 8],
    ['attention.key_length', 64],
    ['attention.value_length', 64],
    ['attention.sliding_window', 128],
    ['expert_count', 32],
    ['expert_used_count', 4],
  ];
  return [
    ['general.architecture', { type: 'string', value: 'gpt-oss' }],
    ['general.name', { type: 'string', value: O200K_VOCAB_NAME }],
    ...counts.map(([key, value]): [string, GgufValue] => [`gpt-oss.${key}`, { type: 'uint32', value }]),
    ['gpt-oss.attention.layer_norm_rms_epsilon', { type: 'float32', value: 1e-5 }],
  ];
}

function vocabulary(tokens: string[], types: number[], merges: string[]): [string, GgufValue][] {
  return [
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: 'gpt-4o' }],
    ['tokenizer.ggml.tokens', { type: 'array', of: 'string', values: tokens }],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'int32', values: types }],
    ['tokenizer.ggml.merges', { type: 'array', of: 'string', values: merges }],
    ['tokenizer.ggml.bos_token_id', { type: 'uint32', value: 199998 }],
    ['tokenizer.ggml.eos_token_id', { type: 'uint32', value: 200002 }],
    ['tokenizer.ggml.padding_token_id', { type: 'uint32', value: 199999 }],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
  ];
}
