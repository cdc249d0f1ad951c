import { refuted, verified, when, type Check, type Outcome } from '../check';
import type { PowerFacts } from '../facts';

/** Under these drivers the governor "powersave" is the usual, quick one; their preference says what is saved. */
const SELF_GOVERNED = /^(?:intel_pstate|amd[-_]pstate(?:[-_]epp)?)$/;

export const powerSavingCheck: Check = {
  id: 'power-saving',
  title: 'The CPU is told to save power',
  meaning: 'A CPU that is held at a low clock slows down what it computes, and feeds the GPU late.',
  look: ({ power }) => when(power, judge),
};

function judge({ governors, governorDriver, energyPreferences, platformProfile }: PowerFacts): Outcome {
  const evidence: string[] = [];
  if (platformProfile === 'low-power' || platformProfile === 'quiet')
    evidence.push(`The system's power profile is "${platformProfile}".`);
  if (governors.includes('powersave') && !SELF_GOVERNED.test(governorDriver ?? ''))
    evidence.push('The CPU\'s governor is "powersave": it stays at its lowest clock.');
  if (energyPreferences.includes('power')) evidence.push('The CPU\'s energy preference is "power".');
  if (evidence.length > 0) {
    return verified(
      'warning',
      evidence,
      'Choose "Balanced" or "Performance" in the system\'s power settings (powerprofilesctl set performance).',
    );
  }
  const seen = [
    ...governors,
    ...energyPreferences,
    ...(platformProfile === undefined ? [] : [platformProfile]),
  ];
  return refuted(
    seen.length === 0
      ? 'The system leaves the clock alone.'
      : `The CPU runs as "${[...new Set(seen)].join('", "')}".`,
  );
}
