import { formatBytes, plural } from '../../../shared/util/format';
import { RELOAD_WITH_LESS, refuted, verified, when, type Check } from '../check';

/** A system puts what it never uses into the swap; that much is no sign. */
const MUCH_SHARE = 0.05;

export const swapCheck: Check = {
  id: 'swap',
  title: 'The system is swapping',
  meaning:
    'RAM has run short before, or does now. When the model itself is swapped out, every token waits for the disk.',
  look: ({ memory }) =>
    when(memory, ({ ramBytes, swapBytes, swapUsedBytes, swappedInPages }) => {
      if (swapBytes === 0) return refuted('There is no swap.');
      const evidence = [`${formatBytes(swapUsedBytes)} of ${formatBytes(swapBytes)} of swap are used.`];
      const comesBack = (swappedInPages ?? 0) > 0;
      if (comesBack)
        evidence.push(`${plural(swappedInPages ?? 0, 'page')} came back from it in the moment of looking.`);
      if (!comesBack && swapUsedBytes < ramBytes * MUCH_SHARE) return refuted(...evidence);
      return verified(
        comesBack ? 'warning' : 'info',
        evidence,
        'Close what you do not need, or load the model with less.',
        RELOAD_WITH_LESS,
      );
    }),
};
