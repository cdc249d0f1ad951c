/** A model of which only "120B, 5B active, 4.25 bits" is known: a rough shape, marked as an estimate. */
import { HearthError } from '../shared/protocol/errors';
import type { PlainNumbers } from '../shared/protocol/plan';
import type { ModelShape } from './model-shape';

/** 8 key-value heads of 128, as most models have. */
const USUAL_KEY_VALUE_SIZE = 1_024;
const USUAL_VOCABULARY = 152_064;
const USUAL_CONTEXT = 131_072;
const MOST_LAYERS = 1_000;
/** Of what a token uses in a model with experts, the part that every token uses. */
const ALWAYS_USED_SHARE = 0.4;

/** @throws HearthError `bad-request` for figures that contradict each other */
export function estimatedShape(name: string, numbers: PlainNumbers): ModelShape {
  const { parameters, bitsPerWeight } = numbers;
  const active = numbers.activeParameters ?? parameters;
  if (!(parameters > 0)) throw wrong('A model has some parameters.');
  if (!(active > 0) || active > parameters) throw wrong('A token uses some of the parameters, at most all.');
  if (!(bitsPerWeight >= 1) || bitsPerWeight > 32) throw wrong('A weight has 1 to 32 bits.');
  const count = numbers.layers ?? usualLayers(parameters, active);
  if (!Number.isInteger(count) || count < 1 || count > MOST_LAYERS)
    throw wrong(`A model has 1 to ${MOST_LAYERS} layers.`);
  const keyValueSize = numbers.keyValueSize ?? USUAL_KEY_VALUE_SIZE;
  if (!(keyValueSize > 0)) throw wrong('Keys and values have a size.');
  const bytes = (weights: number): number => Math.round((weights * bitsPerWeight) / 8);
  const isDense = active === parameters;
  const always = isDense ? parameters : active * ALWAYS_USED_SHARE;
  // A dense layer has about twelve times the square of its row, the attention alone a quarter of that.
  const row = Math.sqrt(always / count / (isDense ? 12 : 3));
  const embeddingSize = Math.max(256, Math.round(row / 256) * 256);
  const ends = Math.min(always * 0.4, 2 * embeddingSize * USUAL_VOCABULARY);
  const inLayers = bytes(always - ends) / count;
  const attention = isDense ? inLayers / 4 : inLayers;
  return {
    name,
    architecture: 'estimate',
    layers: Array.from({ length: count }, () => ({
      expertBytes: bytes(parameters - always) / count,
      otherBytes: inLayers,
      feedForwardBytes: inLayers - attention,
      keySize: keyValueSize,
      valueSize: keyValueSize,
      isSliding: false,
    })),
    embeddingBytes: bytes(ends / 2),
    outputBytes: bytes(ends / 2),
    isTied: false,
    embeddingSize,
    vocabularySize: USUAL_VOCABULARY,
    heads: Math.max(1, Math.round(embeddingSize / 128)),
    querySize: embeddingSize,
    headSizes: [128, 128],
    feedForwardSize: isDense ? 3 * embeddingSize : embeddingSize,
    expertsUsed: isDense ? 1 : 4,
    expertShare: isDense ? 1 : (active - always) / (parameters - always),
    trainContext: USUAL_CONTEXT,
    slidingWindow: undefined,
    isEstimate: true,
  };
}

function usualLayers(parameters: number, active: number): number {
  if (active < parameters) return 48;
  const sizes: [number, number][] = [[2e9, 28], [5e9, 34], [10e9, 34], [20e9, 40], [50e9, 62]]; // prettier-ignore
  return sizes.find(([most]) => parameters < most)?.[1] ?? 80;
}

function wrong(what: string): HearthError {
  return new HearthError('bad-request', what, 'Write for example: --params 120B --active 5B --bits 4.25');
}
