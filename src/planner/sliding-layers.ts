/** Which layers of a model see only a window of what was before, as llama.cpp's `load_arch_hparams` has it. */

interface Sliding {
  /** Of so many layers one sees all; of 0 none does. */
  fullEvery: number;
  /** It is the first of them, not the last. */
  isFullFirst?: boolean;
  /** Tokens, where the header does not say. */
  window?: number;
  /** The header's own figure is not used. */
  isFixed?: boolean;
  /** Only models with so many layers have windows. */
  ofLayers?: number;
}

const SLIDING: Readonly<Record<string, Sliding>> = {
  'gpt-oss': { fullEvery: 2 },
  gemma2: { fullEvery: 2, window: 4_096 },
  gemma3: { fullEvery: 6 },
  gemma3n: { fullEvery: 5 },
  'gemma-embedding': { fullEvery: 6 },
  cohere2: { fullEvery: 4 },
  cohere2moe: { fullEvery: 4, isFullFirst: true },
  exaone4: { fullEvery: 4, window: 4_096, ofLayers: 64 },
  'exaone-moe': { fullEvery: 4, window: 128 },
  llama4: { fullEvery: 4, window: 8_192, isFixed: true },
  olmo2: { fullEvery: 4 },
  plamo3: { fullEvery: 8 },
  afmoe: { fullEvery: 4 },
  smallthinker: { fullEvery: 4, isFullFirst: true, window: 4_096, isFixed: true },
  laguna: { fullEvery: 4, isFullFirst: true },
  mellum: { fullEvery: 4 },
  'muse-glimmer': { fullEvery: 4 },
  'modern-bert': { fullEvery: 3, isFullFirst: true },
  deepseek4: { fullEvery: 0 },
};
/** They have windows, of which the engine makes no use. */
const UNUSED: readonly string[] = ['phi3', 'phimoe'];

export interface SlidingLayers {
  /** Tokens. */
  window: number;
  isSliding: (layer: number) => boolean;
}

/**
 * @param layers those that are loaded
 * @param window tokens, as the header says it; 0 is none
 * @param pattern of the header: which layers slide, or of how many one sees all
 * @returns undefined where every layer sees all
 */
export function slidingLayers(
  architecture: string,
  layers: number,
  window: number | undefined,
  pattern?: number | readonly boolean[],
): SlidingLayers | undefined {
  const known = SLIDING[architecture];
  if (window === 0 || UNUSED.includes(architecture)) return undefined;
  if (known?.ofLayers !== undefined && known.ofLayers !== layers) return undefined;
  const tokens = known?.isFixed === true ? known.window : (window ?? known?.window);
  if (tokens === undefined) return undefined;
  if (typeof pattern === 'object')
    return { window: tokens, isSliding: (layer) => layer < layers && pattern[layer] === true };
  if (known === undefined) return undefined;
  const every = pattern ?? known.fullEvery;
  const full = known.isFullFirst === true ? 0 : every - 1;
  return { window: tokens, isSliding: (layer) => layer < layers && (every === 0 || layer % every !== full) };
}
