/** The KV cache's numbers, by llama.cpp's names. */
import { GgmlType, type LlamaModelOptions } from 'node-llama-cpp';
import { HearthError } from '../../shared/protocol/errors';
import { KV_TYPES, type KvType } from '../../shared/protocol/plan';
import type { LoadSettings } from '../../shared/protocol/settings';

const GGML: Readonly<Record<KvType, GgmlType>> = {
  f32: GgmlType.F32,
  f16: GgmlType.F16,
  bf16: GgmlType.BF16,
  q8_0: GgmlType.Q8_0,
  q5_1: GgmlType.Q5_1,
  q5_0: GgmlType.Q5_0,
  q4_1: GgmlType.Q4_1,
  q4_0: GgmlType.Q4_0,
  iq4_nl: GgmlType.IQ4_NL,
};
/** These can be read number by number, as attention without flash attention reads the values. */
const WHOLE_NUMBERS: ReadonlySet<KvType> = new Set(['f32', 'f16', 'bf16']);

/** @throws HearthError `settings-conflict` when the other settings rule it out: llama.cpp would fail without a word */
export function chooseKvCacheType({
  kvCacheType = 'f16',
  flashAttention,
}: Pick<LoadSettings, 'kvCacheType' | 'flashAttention'>): KvType {
  if (!flashAttention && !WHOLE_NUMBERS.has(kvCacheType)) {
    throw new HearthError(
      'settings-conflict',
      `A KV cache in ${kvCacheType} needs flash attention, which is off.`,
      'Switch "hearth.flashAttention" on, or set "hearth.kvCacheType" to "f16".',
    );
  }
  return kvCacheType;
}

/** Keys and values alike: what the graphics kernels know best. What is usual anyway is not asked for. */
export function kvCacheOptions(
  type: KvType,
): Pick<
  LlamaModelOptions,
  'experimentalDefaultContextKvCacheKeyType' | 'experimentalDefaultContextKvCacheValueType'
> {
  if (type === 'f16') return {};
  /* eslint-disable @typescript-eslint/no-deprecated -- it is marked as unstable, not as going; what crashes is a worker */
  return {
    experimentalDefaultContextKvCacheKeyType: GGML[type],
    experimentalDefaultContextKvCacheValueType: GGML[type],
  };
  /* eslint-enable @typescript-eslint/no-deprecated */
}

/** The engine's own name of it. */
export function ggmlTypeOf(type: KvType): GgmlType {
  return GGML[type];
}

/** Undefined for a type that no setting names. */
export function kvTypeOf(type: GgmlType): KvType | undefined {
  return KV_TYPES.find((known) => GGML[known] === type);
}
