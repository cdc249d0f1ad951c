/** A machine's memory, as people write it. */
import { HearthError } from '../shared/protocol/errors';
import type { GpuFacts } from '../shared/protocol/plan';
import { cardAsGpu, findCard, shownBytes } from './cards';

/** Decimal as on boxes and in file sizes, binary as tools print them; a bare figure is bytes. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/**
 * "98 GB" (10⁹), "95.6GiB" (2³⁰), "97887 MiB".
 * @throws HearthError `bad-request` for anything else
 */
export function parseSize(text: string): number {
  const [, figure, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit.toLowerCase()];
  if (figure === undefined || factor === undefined) {
    throw new HearthError(
      'bad-request',
      `"${text}" is no size.`,
      'Write it as 98GB (10⁹ bytes), 95.6GiB (2³⁰) or 97887MiB.',
    );
  }
  return Number(figure) * factor;
}

/**
 * GPUs by their memory or their names, separated by commas: "96GB,24GB", "RTX 4090". Empty or "0" is none.
 * @throws HearthError `bad-request`
 */
export function parseGpus(text: string): GpuFacts[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '0')
    .map((part, index) => {
      const card = findCard(part);
      if (card !== undefined) return cardAsGpu(card);
      const vramBytes = parseSize(part);
      if (vramBytes < LEAST_GPU_BYTES) throw tooSmall(part);
      return { name: `GPU ${index + 1}`, vramBytes, usedBytes: 0 };
    });
}

/** A size without its unit is bytes, and hardly what was meant. */
const LEAST_GPU_BYTES = 64 * 2 ** 20;

function tooSmall(part: string): HearthError {
  return new HearthError(
    'bad-request',
    `"${part}" is too small for the memory of a GPU.`,
    'Write a size with its unit, as 24GB, or 0 for no GPU.',
  );
}

/** What cards are sold with. GB as their makers count, which are GiB. */
const CARD_SIZES = [4, 6, 8, 10, 11, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 141, 144, 180, 192, 288];
/** A driver of such a card says 97,887 MiB; in which some read 98 GB. */
const MISREAD: Readonly<Record<number, number>> = { 98: 96 };

/**
 * The other way to read a size of a GPU: cards are sold in GB and hold GiB, so that "24 GB" may be 24 GiB, and "98 GB"
 * a 96 GB card of which the driver shows 97,887 MiB.
 * @returns bytes, or undefined where no card is sold so
 */
export function otherReading(bytes: number): number | undefined {
  const gigabytes = bytes / 1e9;
  const whole = Math.round(gigabytes);
  // Only a whole number of decimal gigabytes looks like a figure from a box.
  if (Math.abs(gigabytes - whole) > 1e-6) return undefined;
  const card = CARD_SIZES.find((size) => size === (MISREAD[whole] ?? whole));
  return card === undefined ? undefined : shownBytes(card);
}

/** The same GPUs by the other reading of their size, in bytes; where they have several sizes, nobody can tell. */
export function otherGpus(
  gpus: readonly GpuFacts[] | undefined = [],
): { vramBytes: number; gpus: GpuFacts[] } | undefined {
  const [first] = gpus;
  const vramBytes = first === undefined ? undefined : otherReading(first.vramBytes);
  if (vramBytes === undefined || gpus.some((gpu) => gpu.vramBytes !== first?.vramBytes)) return undefined;
  return { vramBytes, gpus: gpus.map((gpu) => ({ ...gpu, vramBytes })) };
}
