/** What loads really took and how fast they answered, by file, devices and settings: better than any arithmetic. Pure. */
import type { PlannedUse } from '../../shared/protocol/models';
import type { LoadedFacts, Placement } from '../../shared/protocol/worker';
import type { LoadProspect } from './load-planner';

/** What must be the same so that the same is taken again. */
export interface RunKey {
  /** Changes with the file: sizes and times of its parts. */
  file: string;
  gpu: LoadedFacts['gpu'];
  devices: string[];
  /** Version of the GPU's driver, where it is known. */
  driver?: string;
  gpuLayers: number;
  context: number;
  sequences: number;
  batch: number;
  kvType: string;
  flashAttention: boolean;
  useMmap: boolean;
  /** LoRA adapters, by path. */
  loras: string[];
}

export interface MeasuredRun {
  key: RunKey;
  /** Epoch milliseconds of the last use. */
  at: number;
  /** Bytes. */
  weights: Placement;
  context: Placement;
  /** Bytes of the process's RAM, where the system says. */
  anonymousBytes?: number;
  /** Decode speed of the last answers, the newest weighing most. */
  tokensPerSecond?: number;
}

/** The file stays small; who has been used longest ago goes. */
export const MOST_RUNS = 200;
/** What a new figure weighs against those before. */
const NEW_SHARE = 0.3;

export function runKey(
  { fileKey, settings }: LoadProspect,
  loaded: LoadedFacts,
  driver: string | undefined,
): RunKey {
  return {
    file: fileKey,
    gpu: loaded.gpu,
    devices: loaded.deviceNames,
    ...(driver !== undefined && { driver }),
    gpuLayers: loaded.gpuLayers,
    context: loaded.contextSize,
    sequences: loaded.sequences,
    batch: settings.batchSize,
    kvType: loaded.kvCacheType ?? 'f16',
    flashAttention: loaded.flashAttention,
    useMmap: loaded.useMmap ?? true,
    loras: settings.loras.map(({ path }) => path),
  };
}

export function findRun(runs: readonly MeasuredRun[], key: RunKey): MeasuredRun | undefined {
  const wanted = JSON.stringify(key);
  return runs.find((run) => JSON.stringify(run.key) === wanted);
}

/** What is asked of a run; what is undefined must not be known of it either. */
export type WantedRun = { [Name in keyof RunKey]?: RunKey[Name] | undefined };

/** The newest run whose key has all of these. */
export function matchRun(runs: readonly MeasuredRun[], wanted: WantedRun): MeasuredRun | undefined {
  const names = Object.keys(wanted) as (keyof RunKey)[];
  return runs.find(({ key }) =>
    names.every((name) => JSON.stringify(key[name]) === JSON.stringify(wanted[name])),
  );
}

/** With a load's memory in it; the speed that was measured before stays. */
export function withRun(
  runs: readonly MeasuredRun[],
  run: Omit<MeasuredRun, 'tokensPerSecond'>,
): MeasuredRun[] {
  const before = findRun(runs, run.key);
  const speed = before?.tokensPerSecond;
  const merged = { ...run, ...(speed !== undefined && { tokensPerSecond: speed }) };
  return [merged, ...runs.filter((other) => other !== before)]
    .sort((a, b) => b.at - a.at)
    .slice(0, MOST_RUNS);
}

/** With an answer's decode speed in it; nothing changes where no load was measured. */
export function withSpeed(
  runs: readonly MeasuredRun[],
  key: RunKey,
  tokensPerSecond: number,
  at: number,
): MeasuredRun[] {
  const before = findRun(runs, key);
  if (before === undefined) return [...runs];
  const last = before.tokensPerSecond ?? tokensPerSecond;
  const speed = last + NEW_SHARE * (tokensPerSecond - last);
  return runs.map((run) => (run === before ? { ...run, tokensPerSecond: speed, at } : run));
}

/**
 * What was measured in place of what was computed; the compute buffers are what the KV cache leaves of the context. The
 * context of small jobs was not there yet.
 */
export function measuredUse(computed: PlannedUse, run: MeasuredRun): PlannedUse {
  const { weights, context, anonymousBytes, tokensPerSecond } = run;
  const buffers = context.vramBytes + context.ramBytes;
  const kvBytes = Math.min(computed.kvBytes, buffers);
  const { smallContext } = computed;
  const ramBytes = Math.max(weights.ramBytes + context.ramBytes, anonymousBytes ?? 0);
  return {
    totalVramBytes: weights.vramBytes + context.vramBytes + smallContext.vramBytes,
    totalRamBytes: ramBytes + smallContext.ramBytes,
    weights,
    kvBytes,
    computeBytes: buffers - kvBytes,
    smallContext,
    basis: 'measured',
    ...(tokensPerSecond !== undefined && { tokensPerSecond }),
  };
}

/** Undefined for what is damaged; single entries that are off are left out. */
export function parseRuns(text: string, version: number): MeasuredRun[] | undefined {
  try {
    const value = JSON.parse(text) as { version?: unknown; runs?: unknown } | null;
    if (value?.version !== version || !Array.isArray(value.runs)) return undefined;
    return value.runs.filter(isRun).slice(0, MOST_RUNS);
  } catch {
    return undefined;
  }
}

function isRun(value: unknown): value is MeasuredRun {
  if (typeof value !== 'object' || value === null) return false;
  const { key, at, weights, context, anonymousBytes, tokensPerSecond } = value as Record<string, unknown>;
  return (
    typeof key === 'object' &&
    key !== null &&
    typeof at === 'number' &&
    isPlacement(weights) &&
    isPlacement(context) &&
    [anonymousBytes, tokensPerSecond].every((figure) => figure === undefined || typeof figure === 'number')
  );
}

function isPlacement(value: unknown): value is Placement {
  if (typeof value !== 'object' || value === null) return false;
  const { vramBytes, ramBytes } = value as Record<string, unknown>;
  return typeof vramBytes === 'number' && typeof ramBytes === 'number';
}
