/**
 * How fast an answer may come: each token reads the weights that it uses and the cache of what stands before it, and
 * memory has a bandwidth. Right within a factor of two of what was seen where one device does all attention
 * (test/unit/planner/speed.test.ts). Where whole layers lie in RAM beside a GPU it is an upper bound: gpt-oss-120b split
 * so over a 24 GB card was seen at 0.90 tok/s, and this says more than 20.
 */
import { gpuBandwidth } from './cards';
import type { ModelShape } from './model-shape';
import type { ExpectedSpeed, LayerPlan, Plan, PlanMachine, Wishes } from '../shared/protocol/plan';

/** What decoding reaches of a GPU's bandwidth, and of RAM's, where the processor computes as well. */
const GPU_EFFICIENCY = 0.85;
const RAM_EFFICIENCY = 0.6;
/** Two channels of DDR5. Bytes a second. */
export const USUAL_RAM_BANDWIDTH = 80e9;
/** Starting a layer's kernels and waiting for them; less where there is no GPU to wait for. Seconds. */
const GPU_LAYER_SECONDS = 55e-6;
const RAM_LAYER_SECONDS = 10e-6;

/** Seen elsewhere with llama.cpp's plain split by layers. */
const SPLIT_NOTE =
  'but layers in RAM beside a GPU may be far slower: gpt-oss-120b split so over a 24 GB card was seen at 0.90 tok/s';

/** @param outputPlace where the output matrix lies */
export function expectedSpeed(
  shape: ModelShape,
  machine: PlanMachine,
  { sequences }: Pick<Wishes, 'sequences'>,
  layers: readonly LayerPlan[],
  outputPlace: LayerPlan['place'],
): ExpectedSpeed {
  const ofRam = 1 / ((machine.ramBandwidth ?? USUAL_RAM_BANDWIDTH) * RAM_EFFICIENCY);
  const ofGpus = machine.gpus.map((gpu) => 1 / (gpuBandwidth(gpu).bandwidth * GPU_EFFICIENCY));
  const secondsPerByte = (place: LayerPlan['place']): number =>
    place === 'ram' ? ofRam : (ofGpus[place] ?? ofRam);
  let seconds = shape.outputBytes * secondsPerByte(outputPlace);
  let cacheSeconds = 0;
  for (const layer of layers) {
    seconds += (layer.attentionBytes + layer.feedForwardBytes) * secondsPerByte(layer.place);
    seconds += layer.expertBytes * shape.expertShare * secondsPerByte(layer.expertPlace);
    seconds += layer.place === 'ram' ? RAM_LAYER_SECONDS : GPU_LAYER_SECONDS;
    // An answer reads the cache of its own sequence only.
    cacheSeconds += (layer.kvBytes / sequences) * secondsPerByte(layer.place);
  }
  return { tokensPerSecond: 1 / seconds, atContextEnd: 1 / (seconds + cacheSeconds), basis: 'computed' };
}

/** What answers with such a plan were decoded with, in tokens a second; undefined where nobody knows. */
export type MeasuredSpeed = (plan: Plan, wishes: Wishes) => number | undefined;

/** With the speed that was measured in place of the computed one; what a full context costs stays in proportion. */
export function withMeasuredSpeed(plan: Plan, wishes: Wishes, measured: MeasuredSpeed): Plan {
  const tokensPerSecond = measured(plan, wishes);
  if (tokensPerSecond === undefined) return plan;
  const { speed } = plan;
  const atContextEnd = (speed.atContextEnd * tokensPerSecond) / speed.tokensPerSecond;
  return { ...plan, speed: { tokensPerSecond, atContextEnd, basis: 'measured' } };
}

/** What the figures rest on and how good they are, for a person. */
export function speedNote(machine: PlanMachine, { speed, gpuLayers, totalLayers }: Plan): string {
  if (speed.basis === 'measured')
    return 'The first is of the last answers so (measured), the second computed from it.';
  const cards = machine.gpus.map((gpu) => {
    const { bandwidth, isKnown } = gpuBandwidth(gpu);
    return `${gpu.name} reads ${gigabytes(bandwidth)} a second${isKnown ? '' : ' (usual for its size)'}`;
  });
  const ram = `RAM ${gigabytes(machine.ramBandwidth ?? USUAL_RAM_BANDWIDTH)}${machine.ramBandwidth === undefined ? ' (assumed)' : ''}`;
  const isSplit = gpuLayers > 0 && gpuLayers < totalLayers;
  return `${[...cards, ram].join(', ')}; computed from that, ${isSplit ? SPLIT_NOTE : 'right within a factor of 2'}.`;
}

function gigabytes(perSecond: number): string {
  return `${Math.round(perSecond / 1e9).toLocaleString('en-US')} GB`;
}
