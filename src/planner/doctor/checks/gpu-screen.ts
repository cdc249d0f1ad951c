import { refuted, unchecked, verified, type Check } from '../check';
import { programText } from './gpu-programs';

/** The desktop is drawn by the GPU that computes. */
export const gpuScreenCheck: Check = {
  id: 'gpu-screen',
  title: 'The GPU draws the screen as well',
  meaning:
    'The desktop takes some hundred MiB of VRAM, and windows may stutter while a long prompt is read. A system may end what keeps its screen waiting for too long.',
  look: ({ nvidiaGpus, gpuPrograms, pciGpus }) => {
    const evidence = [
      ...(nvidiaGpus.known
        ? nvidiaGpus.value
            .filter(({ isDisplay }) => isDisplay)
            .map(({ name }) => `A screen hangs on ${name}.`)
        : []),
      ...(pciGpus.known
        ? pciGpus.value
            // Of NVIDIA's cards the driver knows better.
            .filter(({ vendor, screens }) => vendor === 'AMD' && screens.length > 0)
            .map(
              ({ vendor, id, screens }) =>
                `A screen hangs on the ${vendor} GPU (${id}) at ${screens.join(', ')}.`,
            )
        : []),
      ...(gpuPrograms.known ? gpuPrograms.value.filter(({ isGraphics }) => isGraphics).map(programText) : []),
    ];
    if (evidence.length > 0) {
      return verified(
        'info',
        evidence,
        'With a second GPU (the one in the processor will do), plug the screen in there.',
      );
    }
    if (!nvidiaGpus.known && !pciGpus.known) return unchecked(pciGpus.why);
    return refuted('No screen hangs on a GPU that computes.');
  },
};
