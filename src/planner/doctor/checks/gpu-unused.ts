import { openSetting, refuted, unchecked, verified, type Check, type Outcome } from '../check';
import type { DoctorFacts } from '../facts';

/** The card is there, llama.cpp does not use it. */
export const gpuUnusedCheck: Check = {
  id: 'gpu-unused',
  title: 'The CPU computes although there is a GPU',
  meaning: 'On the CPU a large model answers many times slower than on a GPU that holds it.',
  look: (facts) => {
    const cards = cardsOf(facts);
    if (!facts.machine.known) return unchecked(facts.machine.why);
    const { gpu, deviceNames } = facts.machine.value;
    if (gpu !== 'cpu') return refuted(`${deviceNames.join(', ')} computes, through ${gpu}.`);
    if (cards === undefined) return unchecked(facts.pciGpus.known ? '' : facts.pciGpus.why);
    if (cards.length === 0) return refuted('There is no GPU that llama.cpp could use.');
    return unused(facts, cards);
  },
};

interface Card {
  vendor: 'NVIDIA' | 'AMD' | 'Intel' | 'Apple';
  name: string;
}

function unused({ settings }: DoctorFacts, cards: Card[]): Outcome {
  const evidence = [
    `llama.cpp computes on the CPU, and there is ${cards.map(({ name }) => name).join(' and ')}.`,
  ];
  if (settings.gpu === 'cpu') {
    return verified(
      'info',
      [...evidence, '"hearth.gpu" is "cpu".'],
      'Set "hearth.gpu" to "auto" and reload the model, unless you want it so.',
      openSetting('gpu'),
    );
  }
  const vendors = new Set(cards.map(({ vendor }) => vendor));
  if (vendors.has('NVIDIA')) {
    return verified(
      'error',
      evidence,
      "Install NVIDIA's driver and the CUDA 13 runtime with cuBLAS (or the Vulkan loader, libvulkan1), then reload the model.",
    );
  }
  if (vendors.has('Apple')) {
    return verified(
      'error',
      evidence,
      'Set "hearth.gpu" to "auto" and reload the model.',
      openSetting('gpu'),
    );
  }
  // Every other laptop has a small GPU in its processor: worth a try, but nothing is wrong.
  return verified(
    vendors.has('AMD') ? 'warning' : 'info',
    evidence,
    'Install a Vulkan driver for it and the loader (on Debian and Ubuntu: mesa-vulkan-drivers, libvulkan1), then reload the model.',
  );
}

/** Undefined where nobody knows. */
function cardsOf({ pciGpus, nvidiaGpus, platform, arch }: DoctorFacts): Card[] | undefined {
  if (platform === 'darwin' && arch === 'arm64')
    return [{ vendor: 'Apple', name: 'the GPU of Apple silicon' }];
  const nvidia = nvidiaGpus.known
    ? nvidiaGpus.value.map(({ name }): Card => ({ vendor: 'NVIDIA', name }))
    : [];
  if (!pciGpus.known) return nvidia.length > 0 ? nvidia : undefined;
  const others = pciGpus.value
    .filter(({ vendor }) => vendor !== 'NVIDIA' || nvidia.length === 0)
    .map(({ vendor, id }): Card => ({ vendor, name: `an ${vendor} GPU (${id})` }));
  return [...nvidia, ...others];
}
