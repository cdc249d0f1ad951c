/** A byte-level BPE vocabulary: one token a byte, a few whole words, control tokens. */
import type { GgufValue } from '../gguf/gguf-writer';

/** llama.cpp's token types (llama.h, `llama_token_type`). */
const NORMAL = 1;
const CONTROL = 3;

export interface ByteVocabulary {
  /** In GPT-2's spelling of bytes. */
  tokens: string[];
  types: number[];
  merges: string[];
  /** The id of a byte, a word or a control token. Throws when there is none. */
  id: (token: string) => number;
  isControl: (id: number) => boolean;
}

/** GPT-2's spelling: a printable character stands for itself, any other byte for one from U+0100 on. */
export function byteSpelling(): string[] {
  const spelling: string[] = [];
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    spelling.push(String.fromCharCode(printable ? byte : next++));
  }
  return spelling;
}

/** `words` become single tokens (with the beginnings that lead to them); earlier words win where they overlap. */
export function byteVocabulary(words: readonly string[], controlTokens: readonly string[]): ByteVocabulary {
  const tokens = byteSpelling();
  const merges = new Set<string>();
  for (const word of words) {
    for (let end = 2; end <= word.length; end++) {
      merges.add(`${word.slice(0, end - 1)} ${word.slice(end - 1, end)}`);
      if (!tokens.includes(word.slice(0, end))) tokens.push(word.slice(0, end));
    }
  }
  const types = tokens.map(() => NORMAL);
  for (const token of controlTokens) {
    tokens.push(token);
    types.push(CONTROL);
  }
  const id = (token: string): number => {
    const found = tokens.indexOf(token);
    if (found === -1) throw new Error(`There is no token ${token}.`);
    return found;
  };
  return { tokens, types, merges: [...merges], id, isControl: (token) => types[token] === CONTROL };
}

/** With words that no text has: they take the memory that a real vocabulary takes, merges included. */
export function withUnusedWords(vocabulary: ByteVocabulary, count: number): ByteVocabulary {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return {
    ...vocabulary,
    tokens: [...vocabulary.tokens, ...numbers.map((number) => `unused${number}`)],
    types: [...vocabulary.types, ...numbers.map(() => NORMAL)],
    merges: [...vocabulary.merges, ...numbers.map((number) => `unused ${number}`)],
  };
}

/** The vocabulary's part of a model's metadata. */
export function vocabularyMetadata(vocabulary: ByteVocabulary, pre: string): [string, GgufValue][] {
  return [
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: pre }],
    ['tokenizer.ggml.tokens', { type: 'array', of: 'string', values: vocabulary.tokens }],
    ['tokenizer.ggml.token_type', { type: 'array', of: 'int32', values: vocabulary.types }],
    ['tokenizer.ggml.merges', { type: 'array', of: 'string', values: vocabulary.merges }],
  ];
}
