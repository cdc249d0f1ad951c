/** How far the engine's dry run of one load is from the planner's formulas. */
import type { Wishes } from '../shared/protocol/plan';
import type { ModelShape } from './model-shape';

/** What a dry run depends on. `gpuLayers` counts the output as one. */
export type DryRunSettings = Pick<Wishes, 'context' | 'sequences' | 'batch' | 'kvType' | 'flashAttention'> & {
  gpuLayers: number;
};

/** The engine's bytes by the formulas', for the settings that were tried; others are taken to be as far off. */
export interface Calibration {
  settings: DryRunSettings;
  vramWeights: number;
  ramWeights: number;
  kv: number;
  /** The compute buffers of a device that computes layers, which is the CPU where there is no GPU. */
  compute: number;
  /** What the CPU keeps of a batch that GPUs compute. */
  input: number;
}

/** What the engine said when it was asked for a load that it cannot do. */
export interface Refusal {
  settings: DryRunSettings;
  reason: string;
}

/** Bytes that weights of so many bytes take of VRAM or of RAM. */
export function weightsIn(
  place: 'vram' | 'ram',
  { calibration }: Pick<ModelShape, 'calibration'>,
  bytes: number,
): number {
  if (calibration === undefined) return bytes;
  return Math.round(bytes * (place === 'ram' ? calibration.ramWeights : calibration.vramWeights));
}

/** Whether a plan is for just what was tried. */
export function isTried(
  tried: { settings: DryRunSettings } | undefined,
  gpuLayers: number,
  wishes: Wishes,
): boolean {
  if (tried === undefined) return false;
  const { settings } = tried;
  return (
    settings.gpuLayers === gpuLayers &&
    settings.context === wishes.context &&
    settings.sequences === wishes.sequences &&
    settings.batch === wishes.batch &&
    settings.kvType === wishes.kvType &&
    settings.flashAttention === wishes.flashAttention
  );
}
