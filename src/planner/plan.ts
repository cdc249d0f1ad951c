/** Where a model would lie on a machine, and whether it fits. Pure arithmetic; what the engine measures comes later. */
import { computeBytes, inputBytes, outputBufferBytes, ramComputeBytes } from './compute-buffers';
import { isTried, weightsIn } from './calibration';
import { isUnified } from './cards';
import { ENGINE_ARCHITECTURES } from './engine-architectures';
import { kvLayerBytes } from './kv-cache';
import type { ModelShape } from './model-shape';
import { GPU_OVERHEAD_BYTES, mostLayers } from './most-layers';
import { smallContextBytes } from './small-context';
import { expectedSpeed } from './speed';
import { splitLayers } from './split';
import { KV_BYTES } from './wishes';
import type {
  GpuPlan,
  LayerPlan,
  Plan,
  PlanBasis,
  PlanMachine,
  Verdict,
  WeightPart,
  WeightParts,
  Wishes,
} from '../shared/protocol/plan';
import { formatBytes } from '../shared/util/format';

/** What the worker's process takes beside the model: Node and llama.cpp; a GPU's driver takes more. */
const PROCESS_BYTES = { cpu: 52 * 2 ** 20, gpu: 300 * 2 ** 20 };
/** What a token of the vocabulary takes there, in llama.cpp's tokenizer and in Node; measured (`npm run bench -- plan`). */
const TOKEN_BYTES = 1_150;

/** Numbers that a quantized KV cache packs together; a head is packed for itself (llama-context.cpp). */
const KV_BLOCK = 32;

/** The plan for just these wishes; `auto` GPU layers are as many as fit. */
export function planModel(shape: ModelShape, machine: PlanMachine, wishes: Wishes): Plan {
  const total = shape.layers.length + 1;
  const layers =
    wishes.gpuLayers === 'auto' ? mostLayers(shape, machine, wishes) : clamp(wishes.gpuLayers, total);
  return place(shape, machine, wishes, layers);
}

/**
 * The largest context, in tokens, that fits: with all layers on the GPUs where that is possible at all, else with as
 * many as then fit. 0 where not even the shortest fits.
 * @param machine the same for every context, or what is left of it when others take theirs with so many tokens
 */
export function maxContext(
  shape: ModelShape,
  machine: PlanMachine | ((context: number) => PlanMachine),
  wishes: Omit<Wishes, 'context'>,
): number {
  const STEP = 256;
  const on = (context: number): PlanMachine => (typeof machine === 'function' ? machine(context) : machine);
  const at = (context: number): Plan => planModel(shape, on(context), { ...wishes, context });
  const least = at(STEP);
  if (least.verdict === 'does-not-fit') return 0;
  const isAsGood = (context: number): boolean => {
    const plan = at(context);
    const isWhole = plan.gpuLayers === plan.totalLayers;
    return plan.verdict !== 'does-not-fit' && (isWhole || least.gpuLayers < least.totalLayers);
  };
  let [low, high] = [1, Math.max(1, Math.floor(shape.trainContext / STEP))];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isAsGood(middle * STEP)) low = middle;
    else high = middle - 1;
  }
  return low * STEP;
}

/** Where each layer lies with so many of them on the GPUs, from the first to the last. */
export function placeLayers(
  shape: ModelShape,
  machine: PlanMachine,
  wishes: Wishes,
  gpuLayers: number,
): { layers: LayerPlan[]; outputPlace: LayerPlan['place'] } {
  const total = shape.layers.length + 1;
  const split = splitLayers(machine.gpus, total, gpuLayers);
  let expertsLeft = wishes.expertLayersInRam;
  const layers = shape.layers.map((layer, index): LayerPlan => {
    const place = split[index] ?? 'ram';
    const keepsExperts = place !== 'ram' && layer.expertBytes > 0 && expertsLeft > 0;
    if (keepsExperts) expertsLeft -= 1;
    return {
      attentionBytes: layer.otherBytes - layer.feedForwardBytes,
      feedForwardBytes: layer.feedForwardBytes,
      expertBytes: layer.expertBytes,
      kvBytes: kvLayerBytes(shape, layer, wishes),
      isSliding: layer.isSliding,
      place,
      expertPlace: keepsExperts ? 'ram' : place,
    };
  });
  return { layers, outputPlace: split[total - 1] ?? 'ram' };
}

function place(shape: ModelShape, machine: PlanMachine, wishes: Wishes, gpuLayers: number): Plan {
  const onGpus = machine.gpus.length === 0 ? 0 : gpuLayers;
  const total = shape.layers.length + 1;
  const { layers, outputPlace } = placeLayers(shape, machine, wishes, onGpus);
  const parts = emptyParts();
  const kv = { vramBytes: 0, ramBytes: 0 };
  const gpus = machine.gpus.map(({ name, usedBytes }) => emptyGpu(name, usedBytes));
  const put = (where: LayerPlan['place'], part: WeightPart, formula: number): void => {
    const bytes = part === 'loras' ? formula : weightsIn(where === 'ram' ? 'ram' : 'vram', shape, formula);
    parts[part][where === 'ram' ? 'ramBytes' : 'vramBytes'] += bytes;
    const gpu = where === 'ram' ? undefined : gpus[where];
    if (gpu !== undefined) gpu.weightBytes += bytes;
  };
  // The embeddings are looked up, row by row, on the CPU; a tied output there is the embeddings themselves.
  put('ram', 'embeddings', shape.embeddingBytes);
  put(outputPlace, 'output', shape.outputBytes - (outputPlace === 'ram' && shape.isTied ? shape.embeddingBytes : 0)); // prettier-ignore
  const loraBytes = (wishes.loraBytes ?? 0) / layers.length;
  for (const layer of layers) {
    put(layer.place, 'attention', layer.attentionBytes);
    put(layer.place, 'feedForward', layer.feedForwardBytes);
    put(layer.expertPlace, 'experts', layer.expertBytes);
    put(layer.place, 'loras', loraBytes);
    kv[layer.place === 'ram' ? 'ramBytes' : 'vramBytes'] += layer.kvBytes;
    const gpu = layer.place === 'ram' ? undefined : gpus[layer.place];
    if (gpu === undefined) continue;
    gpu.layers += 1;
    gpu.kvBytes += layer.kvBytes;
  }
  const outputGpu = outputPlace === 'ram' ? undefined : gpus[outputPlace];
  if (outputGpu !== undefined) outputGpu.layers += 1;

  const isOnGpus = onGpus > 0;
  const compute = computeBytes(shape, wishes);
  const small = smallContextBytes(shape, wishes, layers, gpus.length, isOnGpus);
  for (const [index, gpu] of gpus.entries()) {
    if (isOnGpus) [gpu.computeBytes, gpu.overheadBytes] = [compute, GPU_OVERHEAD_BYTES];
    gpu.smallContextBytes = small.gpus[index] ?? 0;
    gpu.freeBytes = (machine.gpus[index]?.vramBytes ?? 0) - gpu.usedBytes - takenBytes(gpu);
  }
  const expertLayersInRam = layers.filter((layer) => layer.place !== layer.expertPlace).length;
  const ramCompute = ramComputeBytes(shape, wishes, isOnGpus);
  const vramCompute = sum(gpus, ({ computeBytes: bytes }) => bytes);
  const weights = {
    vramBytes: sum(Object.values(parts), ({ vramBytes }) => vramBytes),
    ramBytes: sum(Object.values(parts), ({ ramBytes }) => ramBytes),
  };
  const smallContext = {
    vramBytes: sum(gpus, ({ smallContextBytes: bytes }) => bytes),
    ramBytes: small.ramBytes,
  };
  const totalVramBytes = sum(gpus, takenBytes);
  const totalRamBytes =
    weights.ramBytes +
    kv.ramBytes +
    ramCompute +
    smallContext.ramBytes +
    outputBufferBytes(shape, wishes) +
    processBytes(shape, isOnGpus);
  const freeRamBytes =
    machine.ramBytes - machine.ramUsedBytes - totalRamBytes - (isUnified(machine) ? totalVramBytes : 0);
  const doesFit = freeRamBytes >= 0 && gpus.every(({ freeBytes }) => freeBytes >= 0);
  return {
    basis: basisOf(shape, onGpus, wishes),
    verdict: verdictOf(doesFit, onGpus === total, expertLayersInRam),
    ...loadability(shape, doesFit, gpus, freeRamBytes, { ...wishes, gpuLayers: onGpus, expertLayersInRam }),
    gpuLayers: onGpus,
    totalLayers: total,
    expertLayersInRam,
    weights,
    parts,
    gpus,
    kv,
    kvBytes: kv.vramBytes + kv.ramBytes,
    computeBytes: vramCompute + (isOnGpus ? inputBytes(shape, wishes) : compute),
    ramComputeBytes: ramCompute,
    smallContext,
    totalVramBytes,
    totalRamBytes,
    freeVramBytes: sum(gpus, ({ freeBytes }) => freeBytes),
    freeRamBytes,
    context: wishes.context,
    speed: expectedSpeed(shape, machine, wishes, layers, outputPlace),
  };
}

/** What a plan puts on a GPU, in all. */
export function takenBytes(gpu: GpuPlan): number {
  return gpu.weightBytes + gpu.kvBytes + gpu.computeBytes + gpu.smallContextBytes + gpu.overheadBytes;
}

function processBytes({ vocabularySize }: ModelShape, isOnGpus: boolean): number {
  return isOnGpus ? PROCESS_BYTES.gpu : PROCESS_BYTES.cpu + vocabularySize * TOKEN_BYTES;
}

function basisOf(shape: ModelShape, gpuLayers: number, wishes: Wishes): PlanBasis {
  if (shape.isEstimate === true) return 'estimate';
  return isTried(shape.calibration, gpuLayers, wishes) ? 'simulated' : 'computed';
}

function verdictOf(doesFit: boolean, isWhole: boolean, expertLayersInRam: number): Verdict {
  if (!doesFit) return 'does-not-fit';
  if (!isWhole) return 'fits-with-layers-in-ram';
  return expertLayersInRam > 0 ? 'fits-with-experts-in-ram' : 'fits';
}

function loadability(
  { architecture, headSizes, isEstimate, refusal }: ModelShape,
  doesFit: boolean,
  gpus: readonly GpuPlan[],
  freeRamBytes: number,
  wishes: Wishes & { gpuLayers: number },
): { loadable: boolean; reason: string } {
  const { kvType, flashAttention, gpuLayers, expertLayersInRam } = wishes;
  if (!doesFit) {
    const lacks = [
      ...gpus.filter(({ freeBytes }) => freeBytes < 0),
      ...(freeRamBytes < 0 ? [{ name: 'RAM', freeBytes: freeRamBytes }] : []),
    ];
    const text = lacks.map(({ name, freeBytes }) => `${formatBytes(-freeBytes)} of ${name}`).join(' and ');
    return { loadable: false, reason: `It lacks ${text}.` };
  }
  if (isEstimate !== true && !ENGINE_ARCHITECTURES.has(architecture))
    return { loadable: false, reason: `The engine does not know the architecture "${architecture}".` };
  if (expertLayersInRam > 0) {
    return { loadable: false, reason: 'The engine cannot place the experts of single layers yet.' };
  }
  if (!flashAttention && KV_BYTES[kvType] < 2)
    return { loadable: false, reason: `A KV cache in ${kvType} needs flash attention.` };
  if (KV_BYTES[kvType] < 2 && headSizes.some((size) => size % KV_BLOCK !== 0))
    return {
      loadable: false,
      reason: `A KV cache in ${kvType} needs heads of a multiple of ${KV_BLOCK} numbers; these have ${headSizes.join(' and ')}.`,
    };
  if (refusal !== undefined && isTried(refusal, gpuLayers, wishes))
    return { loadable: false, reason: refusal.reason };
  return { loadable: true, reason: 'The engine loads it so.' };
}

function emptyParts(): WeightParts {
  const none = () => ({ vramBytes: 0, ramBytes: 0 });
  return {
    attention: none(),
    feedForward: none(),
    experts: none(),
    embeddings: none(),
    output: none(),
    loras: none(),
  };
}

function emptyGpu(name: string, usedBytes: number): GpuPlan {
  return {
    ...{ name, usedBytes, layers: 0, weightBytes: 0, kvBytes: 0, computeBytes: 0 },
    ...{ smallContextBytes: 0, overheadBytes: 0, freeBytes: 0 },
  };
}

function sum<T>(items: readonly T[], bytes: (item: T) => number): number {
  return items.reduce((all, item) => all + bytes(item), 0);
}

function clamp(layers: number, total: number): number {
  return Math.min(total, Math.max(0, Math.floor(layers)));
}
