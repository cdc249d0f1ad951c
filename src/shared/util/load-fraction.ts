import type { LoadProgress } from '../protocol/worker';

/** Where each phase begins and how much of the whole it takes; the weights are nearly all of a load. */
const PHASES = {
  starting: { from: 0, share: 0.02 },
  weights: { from: 0.02, share: 0.93 },
  context: { from: 0.95, share: 0.05 },
} as const;

/** How far a load is as a whole, 0 to 1. */
export function loadFraction(progress: LoadProgress): number {
  const { from, share } = PHASES[progress.phase];
  return from + share * Math.min(1, Math.max(0, progress.fraction));
}
