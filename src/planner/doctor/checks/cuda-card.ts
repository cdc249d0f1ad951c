import { refuted, unchecked, verified, when, type Check, type Outcome } from '../check';
import type { NvidiaGpu } from '../facts';

/** Compute capabilities for which the prebuilt library has machine code; others compile it from PTX once. */
const BUILT_FOR = new Set(['8.6', '8.9', '12.0', '12.1']);
/** The oldest that CUDA 13 knows: Turing. */
const OLDEST = 7.5;

/** A card that is too old for CUDA 13, or one for which the first load compiles. */
export const cudaCardCheck: Check = {
  id: 'cuda-card',
  title: 'The CUDA build does not fit the card',
  meaning:
    'The CUDA build is compiled for certain generations of cards. For others in between it is compiled on the first load; older ones it does not know.',
  look: ({ nvidiaGpus }) => when(nvidiaGpus, judge),
};

function judge(gpus: NvidiaGpu[]): Outcome {
  if (gpus.length === 0) return refuted('There is no NVIDIA card for the CUDA build.');
  const capability = (gpu: NvidiaGpu): number => Number(gpu.computeCapability);
  if (gpus.some((gpu) => Number.isNaN(capability(gpu))))
    return unchecked('nvidia-smi does not say which compute capability the card has.');
  const evidence = gpus.map(
    ({ name, computeCapability }) => `${name}: compute capability ${computeCapability}.`,
  );
  if (gpus.some((gpu) => capability(gpu) < OLDEST)) {
    return verified(
      'warning',
      evidence,
      `CUDA 13 begins at ${OLDEST} (Turing). Such a card computes through Vulkan: slower, but it works.`,
    );
  }
  if (gpus.every(({ computeCapability }) => BUILT_FOR.has(computeCapability))) return refuted(...evidence);
  return verified(
    'info',
    evidence,
    'The first load takes some minutes longer, while the driver compiles for the card. It keeps the result.',
  );
}
