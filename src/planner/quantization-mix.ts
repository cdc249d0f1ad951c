/**
 * Which type each tensor gets in a quantized file: the rule of llama.cpp's llama-quantize (llama-quant.cpp), which
 * spends more bits on some tensors. Other makers have recipes of their own, so a size is right within a few percent.
 */
import { blockWeights } from './tensor-types';

export const QUANTIZATIONS = [
  'F32', 'F16', 'BF16', 'Q8_0', 'Q6_K', 'Q5_K_M', 'Q5_K_S', 'Q5_0', 'Q4_K_M', 'Q4_K_S', 'Q4_1', 'Q4_0', 'IQ4_NL',
  'IQ4_XS', 'Q3_K_L', 'Q3_K_M', 'Q3_K_S', 'Q2_K',
] as const; // prettier-ignore

export type Quantization = (typeof QUANTIZATIONS)[number];

export interface MixFacts {
  layers: number;
  experts: number;
  /** Query heads for each key-value head. */
  headsShared: number;
  /** The output matrix is the embeddings. */
  isTied: boolean;
  /** A Llama of 80 layers, which the rule knows by its size. */
  is70B: boolean;
}

/** Where a row is no whole number of blocks. */
const FALLBACK: Readonly<Record<string, string>> = {
  Q2_K: 'IQ4_NL',
  Q3_K: 'IQ4_NL',
  IQ4_XS: 'IQ4_NL',
  Q4_K: 'Q5_0',
  Q5_K: 'Q5_1',
  Q6_K: 'Q8_0',
};

const OF_MOST: Readonly<Record<Quantization, string>> = {
  F32: 'F32', F16: 'F16', BF16: 'BF16', Q8_0: 'Q8_0', Q6_K: 'Q6_K', Q5_K_M: 'Q5_K', Q5_K_S: 'Q5_K', Q5_0: 'Q5_0',
  Q4_K_M: 'Q4_K', Q4_K_S: 'Q4_K', Q4_1: 'Q4_1', Q4_0: 'Q4_0', IQ4_NL: 'IQ4_NL', IQ4_XS: 'IQ4_XS', Q3_K_L: 'Q3_K',
  Q3_K_M: 'Q3_K', Q3_K_S: 'Q3_K', Q2_K: 'Q2_K',
}; // prettier-ignore

/** @param name as in the file, "blk.3.ffn_down.weight" */
export function tensorType(
  quantization: Quantization,
  { name, dimensions }: { name: string; dimensions: readonly number[] },
  facts: MixFacts,
): string {
  // Vectors and routers stay as they are.
  if (dimensions.length < 2 || name.includes('ffn_gate_inp.')) return 'F32';
  const most = OF_MOST[quantization];
  if (['F32', 'F16', 'BF16', 'Q8_0'].includes(quantization)) return most;
  const wanted = mixed(quantization, name, facts) ?? most;
  const row = dimensions[0] ?? 0;
  return row % blockWeights(wanted) === 0 ? wanted : (FALLBACK[wanted] ?? 'F16');
}

function mixed(quantization: Quantization, name: string, facts: MixFacts): string | undefined {
  if (name === 'output.weight' || (facts.isTied && name === 'token_embd.weight')) return 'Q6_K';
  const layer = Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? 0);
  if (name.includes('attn_v.weight')) return ofValues(quantization, layer, facts);
  if (name.includes('attn_k.weight')) return facts.experts === 8 ? 'Q8_0' : undefined;
  if (name.includes('attn_qkv.weight')) return OF_FUSED[quantization];
  if (name.includes('attn_output.weight')) return ofAttentionOutput(quantization, facts);
  if (name.includes('ffn_down')) return ofDown(quantization, layer, facts.layers);
  return undefined;
}

const OF_FUSED: Partial<Record<Quantization, string>> = {
  Q3_K_M: 'Q4_K',
  Q3_K_L: 'Q4_K',
  Q4_K_M: 'Q5_K',
  Q5_K_M: 'Q6_K',
};

function ofValues(quantization: Quantization, layer: number, facts: MixFacts): string | undefined {
  if (facts.experts === 8) return 'Q8_0';
  const type = ofValuesByLayer(quantization, layer, facts);
  const isLow = ['Q3_K', 'Q4_K'].includes(type ?? OF_MOST[quantization]);
  return facts.is70B && isLow ? 'Q5_K' : type;
}

function ofValuesByLayer(quantization: Quantization, layer: number, facts: MixFacts): string | undefined {
  switch (quantization) {
    case 'Q2_K':
      return facts.headsShared >= 4 ? 'Q4_K' : 'Q3_K';
    case 'Q3_K_M':
      return layer < 2 ? 'Q5_K' : 'Q4_K';
    case 'Q3_K_L':
      return 'Q5_K';
    case 'IQ4_NL':
    case 'IQ4_XS':
      return facts.headsShared >= 4 ? 'Q5_K' : undefined;
    case 'Q4_K_M':
    case 'Q5_K_M':
      return getsMoreBits(layer, facts.layers) ? 'Q6_K' : undefined;
    case 'Q4_K_S':
      return layer < 4 ? 'Q5_K' : undefined;
    default:
      return undefined;
  }
}

function ofAttentionOutput(quantization: Quantization, { experts }: MixFacts): string | undefined {
  const isLow = ['Q2_K', 'Q3_K_S', 'Q3_K_M', 'IQ4_NL', 'IQ4_XS', 'Q4_K_S', 'Q4_K_M'].includes(quantization);
  if (experts === 8) return isLow ? 'Q5_K' : undefined;
  if (quantization === 'Q2_K') return 'Q3_K';
  if (quantization === 'Q3_K_M') return 'Q4_K';
  return quantization === 'Q3_K_L' ? 'Q5_K' : undefined;
}

function ofDown(quantization: Quantization, layer: number, layers: number): string | undefined {
  switch (quantization) {
    case 'Q2_K':
      return 'Q3_K';
    case 'Q3_K_M':
      return layer < Math.floor(layers / 16) ? 'Q5_K' : 'Q4_K';
    case 'Q3_K_L':
      return 'Q5_K';
    case 'Q4_K_S':
      return layer < Math.floor(layers / 8) ? 'Q5_K' : undefined;
    case 'Q4_K_M':
    case 'Q5_K_M':
      return getsMoreBits(layer, layers) ? 'Q6_K' : undefined;
    default:
      return undefined;
  }
}

/** The first and the last eighth, and every third layer between. */
function getsMoreBits(layer: number, layers: number): boolean {
  const eighth = Math.floor(layers / 8);
  return layer < eighth || layer >= Math.floor((7 * layers) / 8) || (layer - eighth) % 3 === 2;
}
