/**
 * How fast an answer may come: each token reads the weights that it uses and the cache of what stands before it, and
 * memory has a bandwidth. Right within a factor of two.
 */
import { gpuBandwidth } from './cards';
import type { ModelShape } from './model-shape';
import type { ExpectedSpeed, LayerPlan, PlanMachine, Wishes } from '../shared/protocol/plan';

/** What decoding reaches of a GPU's bandwidth, and of RAM's, where the processor computes as well. */
const GPU_EFFICIENCY = 0.85;
const RAM_EFFICIENCY = 0.6;
/** Two channels of DDR5. Bytes a second. */
export const USUAL_RAM_BANDWIDTH = 80e9;
/** Starting a layer's kernels and waiting for them; less where there is no GPU to wait for. Seconds. */
const GPU_LAYER_SECONDS = 55e-6;
const RAM_LAYER_SECONDS = 10e-6;

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

/** What the figures rest on, for a person. */
export function speedNote(machine: PlanMachine): string {
  const cards = machine.gpus.map((gpu) => {
    const { bandwidth, isKnown } = gpuBandwidth(gpu);
    return `${gpu.name} reads ${gigabytes(bandwidth)} a second${isKnown ? '' : ' (usual for its size)'}`;
  });
  const ram = `RAM ${gigabytes(machine.ramBandwidth ?? USUAL_RAM_BANDWIDTH)}${machine.ramBandwidth === undefined ? ' (assumed)' : ''}`;
  return `${[...cards, ram].join(', ')}; computed from that, right within a factor of 2.`;
}

function gigabytes(perSecond: number): string {
  return `${Math.round(perSecond / 1e9).toLocaleString('en-US')} GB`;
}
