/**
 * Weights for a model that babbles: random, but so that its text is printable and does not end at once.
 *
 * The first dimension of every embedding is a constant that no layer writes to, so its column of the output matrix
 * works like a bias for each token. The next few are one for each token that steers (`<|channel|>`, say), kept through
 * the layers in the same way, and their columns say what follows it. All other dimensions are random, so that each
 * word depends on everything before it, as in a real model: a wrong KV cache changes the text.
 */
import { encodeTensor, type TensorType } from '../gguf/tensor-types';
import type { GgufTensor } from '../gguf/gguf-writer';
import { byteSpelling, type ByteVocabulary } from './byte-vocabulary';
import type { Random } from './random';

/** Roughly English: the more often a character stands here, the likelier it is. */
const COMMON =
  '          ,. \n' +
  'eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddlllluuucccmmwwffggyyppbbvvkjxqz';
const UNWANTED = -22;

export interface Steering {
  /** Token → extra log-odds against a common letter; a token without an entry hardly ever comes. */
  odds: Record<string, number>;
  /** Token → what follows it, with extra log-odds. */
  follows: Record<string, Record<string, number>>;
}

export interface BabblerShape {
  vocabulary: ByteVocabulary;
  embedding: number;
  steering: Steering;
}

/** How strongly the random dimensions speak in the output: log-odds, standard deviation. */
const NOISE = 1.3;

/** `token_embd.weight` and `output.weight`. */
export function babblerTensors(shape: BabblerShape, type: TensorType, random: Random): GgufTensor[] {
  const { vocabulary, embedding, steering } = shape;
  const steered = Object.keys(steering.follows);
  const count = vocabulary.tokens.length;
  const input = new Float32Array(count * embedding);
  const output = new Float32Array(count * embedding);
  const odds = tokenOdds(vocabulary, steering);
  const reserved = reservedDimensions(shape);
  for (let token = 0; token < count; token++) {
    const row = token * embedding;
    input[row] = 1;
    output[row] = odds[token] ?? UNWANTED;
    for (let i = reserved; i < embedding; i++) {
      input[row + i] = random.normal();
      const noise = (random.normal() * NOISE) / Math.sqrt(embedding - reserved);
      // Without noise an answer's end does not depend on its words, so few are very short.
      output[row + i] = vocabulary.isControl(token) ? 0 : noise;
    }
  }
  steered.forEach((token, index) => {
    input[vocabulary.id(token) * embedding + 1 + index] = 1;
    for (const [next, extra] of Object.entries(steering.follows[token] ?? {})) {
      output[vocabulary.id(next) * embedding + 1 + index] = extra;
    }
  });
  return [
    { name: 'token_embd.weight', shape: [embedding, count], type, data: encodeTensor(type, input) },
    { name: 'output.weight', shape: [embedding, count], type, data: encodeTensor(type, output) },
  ];
}

/** The leading dimensions that layers must not write to. */
export function reservedDimensions(shape: BabblerShape): number {
  return 1 + Object.keys(shape.steering.follows).length;
}

/** A random matrix of `rows` outputs, scaled so that inputs of size 1 give outputs of size `gain`. */
export function randomMatrix(
  random: Random,
  columns: number,
  rows: number,
  options: { gain?: number; silentRows?: number } = {},
): Float32Array {
  const values = new Float32Array(columns * rows);
  const scale = (options.gain ?? 1) / Math.sqrt(columns);
  for (let i = (options.silentRows ?? 0) * columns; i < values.length; i++)
    values[i] = random.normal() * scale;
  return values;
}

function tokenOdds(vocabulary: ByteVocabulary, steering: Steering): number[] {
  const odds = vocabulary.tokens.map(() => UNWANTED);
  const spelling = byteSpelling();
  for (let byte = 0x20; byte < 0x7f; byte++) odds[byte] = -4;
  for (const character of new Set(COMMON)) {
    const times = COMMON.split(character).length - 1;
    odds[vocabulary.id(spelling[character.charCodeAt(0)] ?? character)] = Math.log(times / 8);
  }
  for (const [token, extra] of Object.entries(steering.odds)) odds[vocabulary.id(token)] = extra;
  return odds;
}
