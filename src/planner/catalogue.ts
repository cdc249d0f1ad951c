/** Well-known open models, so that a plan needs neither a file nor a network. Sizes from the published configurations. */
import { HearthError } from '../shared/protocol/errors';
import { GPT_OSS, gptOssHeader } from './gpt-oss';
import { modelShape, type ModelShape } from './model-shape';
import { specHeader, type ModelSpec } from './model-tensors';
import { QUANTIZATIONS, type Quantization } from './quantization-mix';

const DEFAULT_QUANTIZATION: Quantization = 'Q4_K_M';
/** OpenAI published one quantization, and others are made from it. */
const GPT_OSS_QUANTIZATION = 'MXFP4';

const K = 1_024;
type Sizes = Omit<ModelSpec, 'architecture' | 'headSize'> & { headSize?: number };

const make =
  (architecture: ModelSpec['architecture'], common: Partial<ModelSpec>) =>
  (own: Partial<Sizes> & Pick<Sizes, 'layers' | 'embedding' | 'feedForward' | 'heads' | 'kvHeads'>): ModelSpec => ({
    architecture,
    headSize: 128,
    vocabulary: 0,
    context: 0,
    ...common,
    ...own,
  }); // prettier-ignore

const llama = make('llama', { vocabulary: 128_256, context: 128 * K });
const mistral = make('llama', { vocabulary: 32 * K, context: 32 * K });
const qwen25 = make('qwen2', { vocabulary: 152_064, context: 32 * K });
const qwen3 = make('qwen3', { vocabulary: 151_936, context: 40 * K });
const qwen3Experts = make('qwen3moe', { vocabulary: 151_936, context: 40 * K });
const gemma3 = make('gemma3', { vocabulary: 262_144, context: 128 * K, window: K, isTied: true });
const phi3 = make('phi3', { vocabulary: 100_352, context: 16 * K });
const glm = make('glm4moe', { vocabulary: 151_552, context: 128 * K });

const llama8 = llama({ layers: 32, embedding: 4_096, feedForward: 14_336, heads: 32, kvHeads: 8 });
const llama70 = llama({ layers: 80, embedding: 8_192, feedForward: 28_672, heads: 64, kvHeads: 8 });
const small24 = mistral({
  layers: 40, embedding: 5_120, feedForward: 32_768, heads: 32, kvHeads: 8, vocabulary: 128 * K, context: 128 * K,
}); // prettier-ignore
const qwen30 = qwen3Experts({
  layers: 48, embedding: 2_048, feedForward: 6_144, heads: 32, kvHeads: 4, experts: { count: 128, used: 8, size: 768 },
}); // prettier-ignore
const qwen235 = qwen3Experts({
  layers: 94, embedding: 4_096, feedForward: 12_288, heads: 64, kvHeads: 4,
  experts: { count: 128, used: 8, size: 1_536 },
}); // prettier-ignore
const coder15 = qwen25({
  layers: 28, embedding: 1_536, feedForward: 8_960, heads: 12, kvHeads: 2, vocabulary: 151_936, isTied: true,
}); // prettier-ignore
const coder3 = qwen25({
  layers: 36, embedding: 2_048, feedForward: 11_008, heads: 16, kvHeads: 2, vocabulary: 151_936, isTied: true,
}); // prettier-ignore
const coder7 = qwen25({ layers: 28, embedding: 3_584, feedForward: 18_944, heads: 28, kvHeads: 4 });
const coder14 = qwen25({ layers: 48, embedding: 5_120, feedForward: 13_824, heads: 40, kvHeads: 8 });
const coder32 = qwen25({ layers: 64, embedding: 5_120, feedForward: 27_648, heads: 40, kvHeads: 8 });

const SPECS: Readonly<Record<string, ModelSpec>> = {
  'llama-3.2-1b': llama({
    layers: 16, embedding: 2_048, feedForward: 8_192, heads: 32, kvHeads: 8, headSize: 64, isTied: true,
  }), // prettier-ignore
  'llama-3.2-3b': llama({
    layers: 28, embedding: 3_072, feedForward: 8_192, heads: 24, kvHeads: 8, isTied: true,
  }), // prettier-ignore
  'llama-3-8b': { ...llama8, context: 8 * K },
  'llama-3.1-8b': llama8,
  'llama-3-70b': { ...llama70, context: 8 * K },
  'llama-3.1-70b': llama70,
  'llama-3.3-70b': llama70,
  'qwen3-0.6b': qwen3({
    layers: 28, embedding: 1_024, feedForward: 3_072, heads: 16, kvHeads: 8, isTied: true,
  }), // prettier-ignore
  'qwen3-1.7b': qwen3({
    layers: 28, embedding: 2_048, feedForward: 6_144, heads: 16, kvHeads: 8, isTied: true,
  }), // prettier-ignore
  'qwen3-4b': qwen3({
    layers: 36, embedding: 2_560, feedForward: 9_728, heads: 32, kvHeads: 8, isTied: true,
  }), // prettier-ignore
  'qwen3-8b': qwen3({ layers: 36, embedding: 4_096, feedForward: 12_288, heads: 32, kvHeads: 8 }),
  'qwen3-14b': qwen3({ layers: 40, embedding: 5_120, feedForward: 17_408, heads: 40, kvHeads: 8 }),
  'qwen3-32b': qwen3({ layers: 64, embedding: 5_120, feedForward: 25_600, heads: 64, kvHeads: 8 }),
  'qwen3-30b-a3b': qwen30,
  'qwen3-30b-a3b-2507': { ...qwen30, context: 256 * K },
  'qwen3-coder-30b-a3b': { ...qwen30, context: 256 * K },
  'qwen3-235b-a22b': qwen235,
  'qwen3-235b-a22b-2507': { ...qwen235, context: 256 * K },
  'qwen2.5-coder-1.5b': coder15,
  'qwen2.5-coder-3b': coder3,
  'qwen2.5-coder-7b': coder7,
  'qwen2.5-coder-14b': coder14,
  'qwen2.5-coder-32b': coder32,
  'mistral-small-24b': small24,
  'mistral-7b-v0.3': mistral({ layers: 32, embedding: 4_096, feedForward: 14_336, heads: 32, kvHeads: 8 }),
  'gemma-3-4b': gemma3({
    layers: 34, embedding: 2_560, feedForward: 10_240, heads: 8, kvHeads: 4, headSize: 256,
  }), // prettier-ignore
  'gemma-3-12b': gemma3({
    layers: 48, embedding: 3_840, feedForward: 15_360, heads: 16, kvHeads: 8, headSize: 256,
  }), // prettier-ignore
  'gemma-3-27b': gemma3({ layers: 62, embedding: 5_376, feedForward: 21_504, heads: 32, kvHeads: 16 }),
  'phi-4': phi3({ layers: 40, embedding: 5_120, feedForward: 17_920, heads: 40, kvHeads: 10 }),
  // Without the layer that predicts further tokens, which llama.cpp leaves in the file.
  'glm-4.5-air': glm({
    layers: 46, embedding: 4_096, feedForward: 10_944, heads: 96, kvHeads: 8,
    experts: { count: 128, used: 8, size: 1_408, shared: 1, denseLayers: 1 },
  }), // prettier-ignore
};

export const CATALOGUE_NAMES: readonly string[] = [...Object.keys(GPT_OSS), ...Object.keys(SPECS)];

export interface CatalogueModel {
  /** "qwen3-30b-a3b" */
  name: string;
  quantization: string;
  shape: ModelShape;
}

/**
 * @param text "qwen3-30b-a3b" or "qwen3-30b-a3b:Q4_K_M", in any case
 * @param quantization where the text names none; else as most people use it
 * @returns undefined for a name that is not known
 * @throws HearthError `bad-request` for a quantization that the model does not come in
 */
export function catalogueModel(text: string, quantization?: string): CatalogueModel | undefined {
  const [name = '', inText] = text.toLowerCase().split(':');
  const wanted = (inText ?? quantization)?.toUpperCase();
  const gptOss = Object.hasOwn(GPT_OSS, name) ? GPT_OSS[name] : undefined;
  if (gptOss !== undefined) {
    if (wanted !== undefined && wanted !== GPT_OSS_QUANTIZATION)
      throw unknownQuantization(name, wanted, [GPT_OSS_QUANTIZATION]);
    return { name, quantization: GPT_OSS_QUANTIZATION, shape: modelShape(name, gptOssHeader(gptOss)) };
  }
  const spec = Object.hasOwn(SPECS, name) ? SPECS[name] : undefined;
  if (spec === undefined) return undefined;
  const known = QUANTIZATIONS.find((each) => each === (wanted ?? DEFAULT_QUANTIZATION));
  if (known === undefined) throw unknownQuantization(name, wanted ?? '', QUANTIZATIONS);
  return { name, quantization: known, shape: modelShape(name, specHeader(spec, known)) };
}

/** The quantizations that a plan offers instead, the largest first. */
const OFFERED: readonly Quantization[] = ['Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'IQ4_XS', 'Q3_K_M', 'Q2_K'];

/** The same model, smaller; none for one that comes in a single quantization. */
export function smallerQuantizations(model: CatalogueModel): CatalogueModel[] {
  if (!Object.hasOwn(SPECS, model.name)) return [];
  const from = OFFERED.findIndex((each) => each === model.quantization);
  return OFFERED.slice(from + 1).flatMap((each) => catalogueModel(model.name, each) ?? []);
}

function unknownQuantization(name: string, wanted: string, known: readonly string[]): HearthError {
  return new HearthError(
    'bad-request',
    `${name} is not known in ${wanted}.`,
    `Known: ${known.join(', ')}. A file of one's own can have any.`,
  );
}
