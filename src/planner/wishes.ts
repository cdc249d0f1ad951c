/** What a plan assumes where nothing is said. */
import type { KvType, Wishes } from '../shared/protocol/plan';

/** Bytes per number of a KV cache, by ggml's name of the type. */
export const KV_BYTES: Readonly<Record<KvType, number>> = {
  f32: 4,
  f16: 2,
  bf16: 2,
  q8_0: 34 / 32,
  q5_1: 24 / 32,
  q5_0: 22 / 32,
  q4_1: 20 / 32,
  q4_0: 18 / 32,
  iq4_nl: 18 / 32,
};

/** Of a chat that is worth having, where nobody says; tokens. */
export const USEFUL_CONTEXT = 8_192;

export const DEFAULT_WISHES: Omit<Wishes, 'context'> = {
  sequences: 1,
  batch: 512,
  kvType: 'f16',
  flashAttention: true,
  gpuLayers: 'auto',
  expertLayersInRam: 0,
  smallContext: true,
};
