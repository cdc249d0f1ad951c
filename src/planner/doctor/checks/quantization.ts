import type { GpuUsed } from '../../../shared/protocol/worker';
import { refuted, SWITCH_MODEL, unchecked, verified, type Check, type Outcome } from '../check';
import type { CpuFacts, DoctorFacts, GgufModel, Known, NvidiaGpu } from '../facts';

/** Between these, llama.cpp computes in FP4 on CUDA (Blackwell's desktop and workstation cards). */
const FP4_CAPABILITY = { from: 12, below: 13 };
/** From here on, CUDA cards compute in BF16 (Ampere). */
const BF16_CAPABILITY = 8;
const BACKENDS: Readonly<Record<GpuUsed, string>> = {
  cuda: 'CUDA',
  vulkan: 'Vulkan',
  metal: 'Metal',
  cpu: 'the CPU',
};
/** What a backend cannot multiply, so that the CPU must (llama.cpp's supports_op). */
const LEFT_TO_CPU: Readonly<Record<GpuUsed, readonly string[]>> = {
  cuda: ['TQ1_0', 'TQ2_0'],
  vulkan: [],
  metal: ['TQ1_0', 'NVFP4'],
  cpu: [],
};
/** A share of the weights that is worth a word. */
const WORTH_A_WORD = 0.05;

/** How the weights' types go together with what multiplies them. */
export const quantizationCheck: Check = {
  id: 'quantization',
  title: 'The quantization is not native to the device',
  meaning:
    'Every device has formats of weights that it multiplies at full speed, formats that it unpacks first, and some that it leaves to the CPU.',
  look: (facts) => {
    const { model, machine } = facts;
    if (!model.known) return unchecked(model.why);
    if (model.value.kind !== 'gguf') return unchecked('Only of GGUF files it is known what computes them.');
    if (!machine.known) return unchecked(machine.why);
    return judge(model.value, machine.value.gpu, facts);
  },
};

function judge(model: GgufModel, gpu: GpuUsed, { nvidiaGpus, cpu }: DoctorFacts): Outcome {
  const shares = sharesOf(model);
  const [main] = shares;
  if (main === undefined) return unchecked('The file has no weights.');
  const strange = shares.find(([type]) => type === 'unknown');
  if (strange !== undefined) {
    return verified(
      'warning',
      [`${percent(strange[1])} of the weights have a type that this version of Hearth does not know.`],
      'It may still load. If not, update Hearth or choose another quantization.',
      SWITCH_MODEL,
    );
  }
  for (const [type, share] of shares) {
    if (share < WORTH_A_WORD) continue;
    const found = remark(type, share, { gpu, nvidiaGpus, cpu });
    if (found !== undefined) return found;
  }
  return refuted(`${main[0]} (${percent(main[1])} of the weights) suits ${BACKENDS[gpu]}.`);
}

/** Undefined where a type is at home on the device. */
function remark(
  type: string,
  share: number,
  { gpu, nvidiaGpus, cpu }: { gpu: GpuUsed; nvidiaGpus: Known<NvidiaGpu[]>; cpu: Known<CpuFacts> },
): Outcome | undefined {
  const what = `${percent(share)} of the weights are ${type}`;
  const capability = gpu === 'cuda' ? lowestCapability(nvidiaGpus) : undefined;
  if (LEFT_TO_CPU[gpu].includes(type)) {
    return verified(
      'warning',
      [`${what}, which llama.cpp does not multiply on ${BACKENDS[gpu]}: the CPU has to.`],
      'Choose another quantization of about the same size.',
      SWITCH_MODEL,
    );
  }
  if (type === 'MXFP4' || type === 'NVFP4') {
    if (capability !== undefined && capability >= FP4_CAPABILITY.from && capability < FP4_CAPABILITY.below)
      return refuted(`${what}, and the card computes in FP4 (compute capability ${capability.toFixed(1)}).`);
    if (gpu === 'cuda' && capability === undefined)
      return unchecked(`${what}, which works on CUDA; whether this card computes in FP4 is not known.`);
    return verified(
      'info',
      [
        `${what}. ${sentenceStart(BACKENDS[gpu])} multiplies them in 8-bit integers or floats: only Blackwell cards (12.0, 12.1) compute in FP4, with CUDA. That reads prompts 20 to 30 % faster; answers come equally fast.`,
      ],
      '',
    );
  }
  if (type.startsWith('IQ') && type !== 'IQ4_NL' && type !== 'IQ4_XS' && gpu === 'cpu') {
    return verified(
      'info',
      [`${what}, which a CPU has to look up in tables.`],
      'On a CPU a K quantization (Q3_K, Q4_K) of about the same size is quicker.',
      SWITCH_MODEL,
    );
  }
  if (type === 'BF16') {
    const lacksIt =
      gpu === 'cpu'
        ? cpu.known &&
          !cpu.value.features.some((feature) => /^(?:avx512_bf16|amx_bf16|bf16|svebf16)$/.test(feature))
        : capability !== undefined && capability < BF16_CAPABILITY;
    if (lacksIt) {
      return verified(
        'info',
        [`${what}, for which ${gpu === 'cpu' ? 'this CPU' : 'this card'} has no instructions.`],
        'A version in Q8_0 is half the size, quicker, and answers practically the same.',
        SWITCH_MODEL,
      );
    }
  }
  return undefined;
}

/** Types by their share of the bytes, the largest first; norms and biases are no question of quantization. */
function sharesOf({ bytesByType }: GgufModel): [type: string, share: number][] {
  const all = Object.values(bytesByType).reduce((sum, bytes) => sum + bytes, 0);
  return Object.entries(bytesByType)
    .map(([type, bytes]): [string, number] => [type, all === 0 ? 0 : bytes / all])
    .sort((a, b) => b[1] - a[1]);
}

function lowestCapability(gpus: Known<NvidiaGpu[]>): number | undefined {
  if (!gpus.known || gpus.value.length === 0) return undefined;
  const lowest = Math.min(...gpus.value.map(({ computeCapability }) => Number(computeCapability)));
  return Number.isNaN(lowest) ? undefined : lowest;
}

function percent(share: number): string {
  return `${Math.max(1, Math.round(share * 100))} %`;
}

function sentenceStart(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
