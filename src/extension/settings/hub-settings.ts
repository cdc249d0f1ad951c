/** VS Code's settings as the hub wants them; what the user chose for one model is the hub's alone. Values are checked: `settings.json` may hold anything. */
import { KV_TYPES } from '../../shared/protocol/plan';
import type { ReasoningEffort } from '../../shared/protocol/prompt';
import {
  MAKE_ROOM,
  MMAP_CHOICES,
  type GpuChoice,
  type HubSettings,
  type LoraAdapter,
  type Sampling,
} from '../../shared/protocol/settings';

/** Reads a setting below `hearth.`; its default comes from package.json. */
export type ReadSetting = (key: string) => unknown;

const GPUS: readonly GpuChoice[] = ['auto', 'cuda', 'vulkan', 'metal', 'cpu'];
const EFFORTS: readonly ReasoningEffort[] = ['low', 'medium', 'high'];

export function hubSettings(read: ReadSetting): Omit<HubSettings, 'keep'> {
  const maxTokens = countOr(read('maxTokens'), undefined);
  return {
    // Empty means the bundled model. Left out, it would leave in place what another window chose.
    activeModel: text(read('model')).trim(),
    modelFolders: texts(read('modelFolders')),
    modelFiles: texts(read('modelFiles')),
    load: {
      gpu: oneOf(GPUS, read('gpu'), 'auto'),
      gpuLayers: numberOr(read('gpuLayers'), 0, 'auto'),
      contextSize: countOr(read('contextSize'), 'auto'),
      sequences: countOr(read('sequences'), 1),
      batchSize: countOr(read('batchSize'), 512),
      flashAttention: read('flashAttention') !== false,
      kvCacheType: oneOf(KV_TYPES, read('kvCacheType'), 'f16'),
      useMmap: oneOf(MMAP_CHOICES, read('useMmap'), 'auto'),
      threads: countOr(read('threads'), 'auto'),
      loras: loras(read('loras')),
    },
    conversation: {
      system: text(read('prompt.harmonySystem')),
      instructions: text(read('prompt.instructions')),
      effort: oneOf(EFFORTS, read('effort'), 'medium'),
      sampling: sampling(read),
      ...(maxTokens === undefined ? {} : { maxTokens }),
    },
    keepAliveMinutes: numberOr(read('keepAliveMinutes'), 0, 30),
    idleMinutes: numberOr(read('unloadIdleMinutes'), 0, null),
    maxLoadedModels: countOr(read('maxLoadedModels'), 1),
    makeRoom: oneOf(MAKE_ROOM, read('makeRoom'), 'ask'),
  };
}

function sampling(read: ReadSetting): Sampling {
  const seed = numberOr(read('seed'), 0, undefined);
  return {
    temperature: numberOr(read('temperature'), 0, 1),
    topP: numberOr(read('topP'), 0, 1),
    topK: numberOr(read('topK'), 0, 0),
    minP: numberOr(read('minP'), 0, 0),
    ...(seed === undefined ? {} : { seed }),
  };
}

function loras(value: unknown): LoraAdapter[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const { path, scale } = entry as Record<string, unknown>;
    if (typeof path !== 'string' || path.trim() === '') return [];
    return [{ path: path.trim(), scale: typeof scale === 'number' && Number.isFinite(scale) ? scale : 1 }];
  });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((entry) => typeof entry === 'string' && entry.trim() !== '')
    .map((entry: string) => entry.trim());
}

function numberOr<F>(value: unknown, least: number, fallback: F): number | F {
  return typeof value === 'number' && Number.isFinite(value) && value >= least ? value : fallback;
}

function countOr<F>(value: unknown, fallback: F): number | F {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : fallback;
}

function oneOf<T extends string>(choices: readonly T[], value: unknown, fallback: T): T {
  return choices.find((choice) => choice === value) ?? fallback;
}
