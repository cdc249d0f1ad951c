/** Where a model's parts live, as a picture: a column a layer, attention above experts. Pure. */
import type { LayerPlan, PlanResult } from '../../src/shared/protocol/plan';

/** A GPU by its place in the list, or RAM. */
export type Place = LayerPlan['place'];

export interface PlacedModel {
  /** From the first to the last, without the output. llama.cpp puts the last ones onto the GPUs. */
  layers: readonly Pick<LayerPlan, 'place' | 'expertPlace'>[];
  output: Place;
  hasExperts: boolean;
  /** What the GPUs are called, where there are several and somebody tells them apart; else all is on "the GPU". */
  gpus: readonly string[];
}

export interface MapCell {
  /** "Layer 12, experts" */
  what: string;
  place: Place;
  column: number;
  row: number;
  /** Rows that it takes. */
  rows: number;
}

export interface PlacementMap {
  columns: number;
  rowNames: [string, string];
  cells: MapCell[];
  /** What the fillings mean. */
  legend: { name: string; place: Place }[];
}

/**
 * Of which only is known how many layers are on the GPU, whichever it is.
 * @param gpuLayers the last ones; the output counts as one
 */
export function placedByCount(layers: number, gpuLayers: number, hasExperts: boolean): PlacedModel {
  const firstOnGpu = layers + 1 - gpuLayers;
  const placeOf = (layer: number): Place => (layer >= firstOnGpu ? 0 : 'ram');
  return {
    layers: Array.from({ length: layers }, (_, layer) => ({
      place: placeOf(layer),
      expertPlace: placeOf(layer),
    })),
    output: placeOf(layers),
    hasExperts,
    gpus: [],
  };
}

/** @param gpus what the plan's GPUs are called */
export function placedByPlan({ plan, layers }: PlanResult, gpus: readonly string[]): PlacedModel {
  // The output comes after the last layer.
  const last = plan.gpus.findLastIndex((gpu) => gpu.layers > 0);
  return {
    layers,
    output: last === -1 ? 'ram' : last,
    hasExperts: layers.some(({ expertBytes }) => expertBytes > 0),
    gpus: gpus.length > 1 ? gpus : [],
  };
}

/** The embeddings come first and stay in RAM. */
export function placementMap(model: PlacedModel): PlacementMap {
  const { layers, output, hasExperts } = model;
  const second = hasExperts ? 'Experts' : 'Feed-forward';
  const cells: MapCell[] = [{ what: 'Embeddings', place: 'ram', column: 0, row: 0, rows: 2 }];
  for (const [index, { place, expertPlace }] of layers.entries()) {
    const name = `Layer ${index + 1}`;
    const column = index + 1;
    cells.push({ what: `${name}, attention`, place, column, row: 0, rows: 1 });
    cells.push({ what: `${name}, ${second.toLowerCase()}`, place: expertPlace, column, row: 1, rows: 1 });
  }
  cells.push({ what: 'Output', place: output, column: layers.length + 1, row: 0, rows: 2 });
  return { columns: layers.length + 2, rowNames: ['Attention', second], cells, legend: legend(model) };
}

/** "RAM", "GPU", "NVIDIA L4 (2)" */
export function placeName({ gpus }: Pick<PlacedModel, 'gpus'>, place: Place): string {
  return place === 'ram' ? 'RAM' : (gpus[place] ?? 'GPU');
}

/** The same in a sentence. */
export function mapText(model: PlacedModel): string {
  const { layers, output } = model;
  if (output === 'ram') return `All ${layers.length} layers and the output are in RAM.`;
  const inRam = layers.filter(({ place }) => place === 'ram').length;
  const onGpu =
    inRam === 0
      ? `All ${layers.length} layers and the output are on ${gpuText(model)}`
      : inRam === layers.length
        ? `Only the output is on ${gpuText(model)}`
        : `${range(inRam + 1, layers.length)} and the output are on ${gpuText(model)}`;
  const rest = inRam === 0 ? 'the embeddings' : `${range(1, inRam).toLowerCase()} and the embeddings`;
  return `${onGpu}; ${rest}${expertText(layers)} are in RAM.`;
}

/** "the GPU", or of several what each has. */
function gpuText(model: PlacedModel): string {
  if (model.gpus.length === 0) return 'the GPU';
  const used = usedGpus(model);
  const [only] = used;
  if (used.length === 1 && only !== undefined) return placeName(model, only);
  const each = used.map((gpu) => {
    const own = model.layers.flatMap(({ place }, index) => (place === gpu ? [index + 1] : []));
    const [first, last] = [own[0], own.at(-1)];
    const parts = [
      ...(first === undefined || last === undefined ? [] : [range(first, last).toLowerCase()]),
      ...(model.output === gpu ? ['the output'] : []),
    ];
    return `${parts.join(' and ')} on ${placeName(model, gpu)}`;
  });
  return `${used.length} GPUs (${each.join(', ')})`;
}

function expertText(layers: PlacedModel['layers']): string {
  const apart = layers.flatMap(({ place, expertPlace }, index) =>
    place !== 'ram' && expertPlace === 'ram' ? [index + 1] : [],
  );
  const [first, last] = [apart[0], apart.at(-1)];
  if (first === undefined || last === undefined) return '';
  return `, and the experts of ${range(first, last).toLowerCase()}`;
}

/** One colour for "the GPU" even where nothing is on it: that it is empty is what the map shows. */
function legend(model: PlacedModel): PlacementMap['legend'] {
  const gpus = model.gpus.length === 0 ? [0] : usedGpus(model);
  return [...gpus, 'ram' as const].map((place) => ({ name: placeName(model, place), place }));
}

function usedGpus({ layers, output }: PlacedModel): number[] {
  const used = new Set([...layers.flatMap(({ place, expertPlace }) => [place, expertPlace]), output]);
  return [...used].filter((place) => place !== 'ram').sort((a, b) => a - b);
}

function range(from: number, to: number): string {
  return from === to ? `Layer ${from}` : `Layers ${from} to ${to}`;
}
