import { refuted, unchecked, verified, type Check } from '../check';

/** The oldest driver that runs CUDA 13. */
const NEEDED = 580;

/** A driver that is missing, that does not answer, or that is too old for the CUDA build. */
export const nvidiaDriverCheck: Check = {
  id: 'nvidia-driver',
  title: "NVIDIA's driver is missing or too old",
  meaning: `The CUDA build of llama.cpp needs NVIDIA's own driver, version ${NEEDED} or newer.`,
  look: ({ pciGpus, nvidiaGpus }) => {
    const cards = pciGpus.known ? pciGpus.value.filter(({ vendor }) => vendor === 'NVIDIA') : [];
    if (!nvidiaGpus.known) {
      return cards.length === 0
        ? unchecked(nvidiaGpus.why)
        : verified(
            'error',
            [nvidiaGpus.why],
            "Install NVIDIA's driver anew, or restart: a driver that was just updated needs it.",
          );
    }
    if (nvidiaGpus.value.length === 0) {
      if (cards.length === 0)
        return pciGpus.known
          ? refuted('There is no NVIDIA card that would need it.')
          : unchecked(pciGpus.why);
      return verified(
        'error',
        cards.map(({ id, driver }) =>
          driver === undefined
            ? `An NVIDIA card (${id}) has no driver.`
            : `An NVIDIA card (${id}) is run by the driver "${driver}", without NVIDIA's nvidia-smi.`,
        ),
        `Install NVIDIA's driver ${NEEDED} or newer. With another driver, only Vulkan can use the card.`,
      );
    }
    const old = nvidiaGpus.value.filter(({ driverVersion }) => Number.parseInt(driverVersion, 10) < NEEDED);
    const named = nvidiaGpus.value.map(({ name, driverVersion }) => `${name}: driver ${driverVersion}.`);
    if (old.length === 0) return refuted(...named);
    return verified('warning', named, `Update the driver to ${NEEDED} or newer. Until then Vulkan is used.`);
  },
};
