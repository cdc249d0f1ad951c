import type { KvType } from '../../src/shared/protocol/plan';

/** By ggml's names, the usual ones; the protocol's own list would bring the message library into the view. */
export const KV_TYPES_SHOWN: readonly KvType[] = [
  'f32',
  'f16',
  'bf16',
  'q8_0',
  'q5_1',
  'q5_0',
  'q4_1',
  'q4_0',
  'iq4_nl',
];
