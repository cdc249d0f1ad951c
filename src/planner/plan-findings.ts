/** What a plan's owner may overlook, whatever its verdict. Pure; the machine itself is the doctor's to look at. */
import type { Finding, Severity } from '../shared/protocol/doctor';
import type { Plan, PlanMachine, Wishes } from '../shared/protocol/plan';
import { formatBytes, formatCount, formatSpeed } from '../shared/util/format';
import { computeBytes } from './compute-buffers';
import { weightBytes, type ModelShape } from './model-shape';
import { KV_BYTES } from './wishes';

/** What a desktop and a browser take of a GPU when they are opened. */
const LITTLE_VRAM_BYTES = 2 ** 30;
/** What the system and the editor need for themselves. */
const LITTLE_RAM_BYTES = 2 * 2 ** 30;

/** Only what is so, the worst first. */
export function planFindings(shape: ModelShape, machine: PlanMachine, wishes: Wishes, plan: Plan): Finding[] {
  const found = [
    cacheWithoutFlashAttention(wishes),
    slowLayers(plan, machine),
    beyondTraining(shape, wishes),
    noFlashAttention(shape, wishes),
    littleLeft(plan, machine),
    largerThanRam(shape, machine),
    assumedGpus(machine),
  ];
  return worstFirst(found.flatMap((finding) => finding ?? []));
}

export function worstFirst(findings: readonly Finding[]): Finding[] {
  const ORDER: readonly Severity[] = ['error', 'warning', 'info'];
  return [...findings].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

/** A model in memory at the moment. */
export interface ModelInMemory {
  name: string;
  /** VRAM and RAM. */
  bytes: number;
}

/**
 * What a plan for this machine means for the models that are in its memory.
 * @param staying count as used
 * @param leaving would have to be unloaded
 */
export function inMemoryFinding(
  staying: readonly ModelInMemory[],
  leaving: readonly ModelInMemory[],
): Finding | undefined {
  if (staying.length + leaving.length === 0) return undefined;
  const list = (models: readonly ModelInMemory[]): string =>
    models.map(({ name, bytes }) => `${name} (${formatBytes(bytes)})`).join(' and ');
  const stays = `Beside ${list(staying)}, which ${staying.length === 1 ? 'stays: it is' : 'stay: they are'} pinned or busy.`;
  return {
    id: 'models-in-memory',
    severity: leaving.length > 0 ? 'warning' : 'info',
    status: 'verified',
    title: leaving.length > 0 ? 'Another model would have to go' : 'Another model stays in memory',
    meaning: 'The plan counts what stays in memory as used, and what may be unloaded as free.',
    evidence: [
      ...(leaving.length > 0 ? [`${list(leaving)} would have to be unloaded for it.`] : []),
      ...(staying.length > 0 ? [stays] : []),
    ],
    advice:
      leaving.length > 0
        ? 'Unload it first, or let "hearth.makeRoom" decide.'
        : 'Unload it to plan with all of the memory.',
  };
}

function cacheWithoutFlashAttention({ kvType, flashAttention }: Wishes): Finding | undefined {
  if (flashAttention || KV_BYTES[kvType] >= 2) return undefined;
  return finding('kv-cache-without-flash-attention', 'error', {
    title: `A KV cache in ${kvType} needs flash attention`,
    meaning: 'Without flash attention the engine reads values of 16 bits or more only, and refuses the load.',
    evidence: 'Flash attention is off.',
    advice: 'Turn flash attention on, or keep the cache in f16.',
  });
}

function slowLayers(plan: Plan, machine: PlanMachine): Finding | undefined {
  if (plan.verdict !== 'fits-with-layers-in-ram' || machine.gpus.length === 0) return undefined;
  const inRam = plan.totalLayers - plan.gpuLayers;
  return finding('layers-in-ram', 'warning', {
    title: 'Some layers are computed from RAM',
    meaning: 'Every token waits for the slowest memory: a few layers in RAM take longer than all others.',
    evidence: `${inRam} of ${plan.totalLayers} layers lie in RAM; ${speedOfSplit(plan)}.`,
    advice:
      'A shorter context, a KV cache in q8_0 or a smaller quantization may bring all of them onto the GPU.',
  });
}

function speedOfSplit({ speed }: Plan): string {
  const figure = formatSpeed(speed.tokensPerSecond);
  return speed.basis === 'measured' ? `${figure} were measured` : `about ${figure} at best`;
}

function beyondTraining({ trainContext }: ModelShape, { context }: Wishes): Finding | undefined {
  if (trainContext <= 0 || context <= Math.ceil(trainContext / 256) * 256) return undefined;
  return finding('context-beyond-training', 'warning', {
    title: 'The context is longer than the model was trained for',
    meaning:
      'Beyond its training a model loses the thread: answers get worse, or break down into repetition.',
    evidence: `${formatCount(context)} tokens are wished; the model was trained for ${formatCount(trainContext)}.`,
    advice: `Wish for ${formatCount(trainContext)} at most.`,
  });
}

function noFlashAttention(shape: ModelShape, wishes: Wishes): Finding | undefined {
  if (wishes.flashAttention) return undefined;
  const saved = computeBytes(shape, wishes) - computeBytes(shape, { ...wishes, flashAttention: true });
  return finding('flash-attention', 'warning', {
    title: 'Flash attention is off',
    meaning: 'Without it the whole attention matrix is stored while a prompt is read.',
    evidence: `That takes ${formatBytes(Math.max(0, saved))} more at ${formatCount(wishes.context)} tokens.`,
    advice: 'Turn it on, unless the GPU’s driver fails with it.',
  });
}

function littleLeft(plan: Plan, machine: PlanMachine): Finding | undefined {
  if (plan.verdict === 'does-not-fit') return undefined;
  const full = plan.gpuLayers === 0 ? [] : plan.gpus.filter(({ freeBytes }) => freeBytes < LITTLE_VRAM_BYTES);
  const places = [
    ...full.map(({ name, freeBytes }) => `${formatBytes(freeBytes)} of ${name}`),
    ...(plan.freeRamBytes < LITTLE_RAM_BYTES ? [`${formatBytes(plan.freeRamBytes)} of RAM`] : []),
  ];
  if (places.length === 0) return undefined;
  const isVram = full.length > 0;
  return finding('little-left', 'warning', {
    title: 'Little memory is left over',
    meaning: isVram
      ? 'A driver that runs out of VRAM fails the load, or moves it into RAM without a word, and everything gets slow.'
      : 'A system that runs out of RAM swaps, or ends the largest program.',
    evidence: `${places.join(' and ')} ${places.length > 1 ? 'are' : 'is'} left.`,
    advice:
      machine.gpus.length > 0 && isVram
        ? 'Drive the screen with another GPU, or plan a shorter context.'
        : 'Close other programs before it is loaded.',
  });
}

function largerThanRam(shape: ModelShape, { ramBytes }: PlanMachine): Finding | undefined {
  const weights = weightBytes(shape);
  if (weights < ramBytes) return undefined;
  return finding('file-larger-than-ram', 'info', {
    title: 'The file is larger than the RAM',
    meaning: 'It cannot stay in the system’s file cache: every load reads all of it from the disk again.',
    evidence: `${formatBytes(weights)} of weights, ${formatBytes(ramBytes)} of RAM.`,
    advice: 'Keep the model in memory ("Hearth: Keep Model in Memory…"), and the file on a fast disk.',
  });
}

function assumedGpus({ gpus, areGpusAssumed }: PlanMachine): Finding | undefined {
  const [first] = gpus;
  if (areGpusAssumed !== true || first === undefined || gpus.length < 2) return undefined;
  const all = gpus.reduce((sum, { vramBytes }) => sum + vramBytes, 0);
  const names = gpus.map(({ name }) => name).join(' and ');
  return {
    ...finding('gpu-sizes', 'info', {
      title: 'How large each GPU is could not be read',
      meaning:
        'Each gets layers by what is free on it: where one is smaller, it may hold fewer than planned.',
      evidence: `${names} have ${formatBytes(all)} in all, and each is taken for ${formatBytes(first.vramBytes)}.`,
      advice: 'Where they differ, type in their sizes, the machine’s or with --vram 24GB,12GB.',
    }),
    status: 'unchecked',
  };
}

function finding(
  id: string,
  severity: Severity,
  words: { title: string; meaning: string; evidence: string; advice: string },
): Finding {
  return { id, severity, status: 'verified', ...words, evidence: [words.evidence] };
}
