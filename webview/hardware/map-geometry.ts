/** Where a model's parts live, as a picture: a column a layer, attention above experts. Pure. */

export type Place = 'gpu' | 'ram';

export interface PlacedModel {
  /** Without the output. */
  layers: number;
  /** Of the last layers; the output counts as one. */
  gpuLayers: number;
  hasExperts: boolean;
  /** Of the first layers that are on the GPU, how many have their experts in RAM. */
  expertLayersInRam: number;
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
}

/** The embeddings come first and stay in RAM; llama.cpp puts the last layers and the output onto the GPU. */
export function placementMap(model: PlacedModel): PlacementMap {
  const { layers, gpuLayers, hasExperts, expertLayersInRam } = model;
  const firstOnGpu = layers + 1 - gpuLayers;
  const second = hasExperts ? 'Experts' : 'Feed-forward';
  const cells: MapCell[] = [{ what: 'Embeddings', place: 'ram', column: 0, row: 0, rows: 2 }];
  for (let layer = 0; layer < layers; layer += 1) {
    const place: Place = layer >= firstOnGpu ? 'gpu' : 'ram';
    const keepsExperts = hasExperts && layer < firstOnGpu + expertLayersInRam;
    const name = `Layer ${layer + 1}`;
    cells.push({ what: `${name}, attention`, place, column: layer + 1, row: 0, rows: 1 });
    cells.push({
      what: `${name}, ${second.toLowerCase()}`,
      place: keepsExperts ? 'ram' : place,
      column: layer + 1,
      row: 1,
      rows: 1,
    });
  }
  cells.push({
    what: 'Output',
    place: gpuLayers > 0 ? 'gpu' : 'ram',
    column: layers + 1,
    row: 0,
    rows: 2,
  });
  return { columns: layers + 2, rowNames: ['Attention', second], cells };
}

/** The same in a sentence. */
export function mapText({ layers, gpuLayers, hasExperts, expertLayersInRam }: PlacedModel): string {
  if (gpuLayers === 0) return `All ${layers} layers and the output are in RAM.`;
  const first = layers + 2 - gpuLayers;
  const onGpu =
    gpuLayers > layers
      ? `All ${layers} layers and the output are on the GPU`
      : first > layers
        ? 'Only the output is on the GPU'
        : `${range(first, layers)} and the output are on the GPU`;
  const inRam =
    gpuLayers > layers ? 'the embeddings' : `${range(1, first - 1).toLowerCase()} and the embeddings`;
  const experts =
    hasExperts && expertLayersInRam > 0
      ? `, and the experts of ${range(first, Math.min(layers, first + expertLayersInRam - 1)).toLowerCase()}`
      : '';
  return `${onGpu}; ${inRam}${experts} are in RAM.`;
}

function range(from: number, to: number): string {
  return from === to ? `Layer ${from}` : `Layers ${from} to ${to}`;
}
