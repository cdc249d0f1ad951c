import { plural } from '../../../shared/util/format';
import { openSetting, refuted, verified, when, type Check } from '../check';

export const threadsCheck: Check = {
  id: 'threads',
  title: 'More threads compute than there are cores',
  meaning:
    "llama.cpp's threads wait for each other all the time. Two on one core, or one that shares it with another program, hold up all the rest.",
  look: ({ settings, resident, cpu }) =>
    when(cpu, ({ physicalCores }) => {
      const threads =
        resident?.loaded?.threads ?? (settings.threads === 'auto' ? undefined : settings.threads);
      if (threads === undefined)
        return refuted(`Hearth chooses the threads itself, for ${plural(physicalCores, 'core')}.`);
      if (threads <= physicalCores)
        return refuted(`${plural(threads, 'thread')} on ${plural(physicalCores, 'core')}.`);
      return verified(
        'warning',
        [`${plural(threads, 'thread')} on ${plural(physicalCores, 'physical core')}.`],
        'Empty "hearth.threads", or set it to less than the physical cores, and reload the model.',
        openSetting('threads'),
      );
    }),
};
