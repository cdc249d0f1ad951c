/** The models that Hearth is made for, and whether a machine can hold them: what is said while only the demo is there. */
import type { MachineFacts } from '../protocol/worker';
import { formatBytes } from './format';

/** Sizes in bytes, of the MXFP4 files that OpenAI's weights make; an 8,192 token context in f16 with its buffers. */
interface Offer {
  name: string;
  fileBytes: number;
  /** The embeddings, which stay in RAM. */
  ramBytes: number;
  contextBytes: number;
  layers: number;
}

const GIB = 2 ** 30;
const OFFERS: readonly Offer[] = [
  {
    name: 'gpt-oss-20b',
    fileBytes: 11.266 * GIB,
    ramBytes: 0.573 * GIB,
    contextBytes: 0.7 * GIB,
    layers: 25,
  },
  {
    name: 'gpt-oss-120b',
    fileBytes: 59.022 * GIB,
    ramBytes: 0.573 * GIB,
    contextBytes: 0.73 * GIB,
    layers: 37,
  },
];
/** What the system, the editor and the desktop need for themselves. */
const KEPT_RAM_BYTES = 4 * GIB;
const KEPT_VRAM_BYTES = 0.5 * GIB;

export interface ModelOffer {
  name: string;
  fileBytes: number;
  /** Where it would lie; undefined while the machine is not known. */
  fits?: 'gpu' | 'partly' | 'ram' | 'no';
  /** "fits into your GPU's 95.6 GiB", or nothing. */
  verdict: string;
}

/** Rough on purpose: whole layers of one size, nothing else in memory. Sizes alone while the machine is not known. */
export function modelOffers(machine: MachineFacts | undefined): ModelOffer[] {
  return OFFERS.map((offer) => ({
    name: offer.name,
    fileBytes: offer.fileBytes,
    ...(machine === undefined ? { verdict: '' } : judge(offer, machine)),
  }));
}

function judge(offer: Offer, machine: MachineFacts): Required<Pick<ModelOffer, 'fits' | 'verdict'>> {
  const vram = Math.max(0, machine.vramTotalBytes - KEPT_VRAM_BYTES);
  const ram = Math.max(0, machine.ramTotalBytes - KEPT_RAM_BYTES);
  const gpuBytes = offer.fileBytes - offer.ramBytes + offer.contextBytes;
  if (vram >= gpuBytes && ram >= offer.ramBytes) {
    return { fits: 'gpu', verdict: `fits into your GPU's ${formatBytes(machine.vramTotalBytes)}` };
  }
  const layers = Math.min(offer.layers - 1, Math.floor((vram / gpuBytes) * offer.layers));
  const inRam = offer.ramBytes + gpuBytes * (1 - layers / offer.layers);
  if (ram < inRam) {
    const all = formatBytes(machine.vramTotalBytes + machine.ramTotalBytes);
    return { fits: 'no', verdict: `too large for this machine's ${all} of memory` };
  }
  if (layers > 0) {
    return {
      fits: 'partly',
      verdict: `fits with ${layers} of ${offer.layers} layers on the GPU, the rest in RAM`,
    };
  }
  return { fits: 'ram', verdict: 'fits into RAM, on the CPU: slow' };
}
