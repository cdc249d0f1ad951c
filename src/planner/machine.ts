/** A machine's memory, as people write it. */
import { HearthError } from '../shared/protocol/errors';
import type { GpuFacts } from '../shared/protocol/plan';
import { parseSize } from '../shared/util/parse-size';
import { cardAsGpu, findCard, shownBytes, sizedName } from './cards';

/**
 * GPUs by their memory or their names, separated by commas: "96GB,24GB", "RTX 4090", "2x RTX 3090", "RTX 3060 8GB". Empty
 * or "0" is none.
 * @throws HearthError `bad-request`
 */
export function parseGpus(text: string): GpuFacts[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '0')
    .flatMap(parseAlike)
    .map((gpu, index) => ({ ...gpu, name: gpu.name === '' ? `GPU ${index + 1}` : gpu.name }));
}

/** More are hardly ever in one machine, and rather a slip. */
const MOST_GPUS = 16;

/** "2x RTX 3090", "4 x 24GB", or one without a count. */
function parseAlike(part: string): GpuFacts[] {
  const [, digits, one = part] = /^(\d+)\s*[x×]\s*(.+)$/i.exec(part) ?? [];
  const count = Number(digits ?? 1);
  if (count > MOST_GPUS)
    throw new HearthError(
      'bad-request',
      `"${part}" are too many GPUs.`,
      `Plans are made for up to ${MOST_GPUS}.`,
    );
  return new Array<GpuFacts>(count).fill(parseGpu(one));
}

/** A size alone has no name, and is of bytes as it is written; one beside a name is as cards are sold. */
function parseGpu(text: string): GpuFacts {
  const { name, gibs } = sizedName(text);
  // "lots" is no card's name: they have figures.
  if (!/^[a-z]/i.test(name) || !/\d/.test(text) || gibs.length > 1) return ofSize(text);
  const card = findCard(text);
  const gib = gibs[0] ?? card?.gib;
  if (gib === undefined) throw unknownCard(name);
  return cardAsGpu({ name, ...card, gib });
}

function ofSize(text: string): GpuFacts {
  const vramBytes = parseSize(text);
  if (vramBytes < LEAST_GPU_BYTES) throw tooSmall(text);
  return { name: '', vramBytes, usedBytes: 0 };
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

function unknownCard(name: string): HearthError {
  return new HearthError(
    'bad-request',
    `"${name}" is no card that is known here.`,
    `Say its memory as well, as "${name} 8GB", or name a known one, as RTX 5090, RTX 4090, RTX 4090 Laptop, RTX 3090, RTX 6000 Ada, L40S, H100, RX 7900 XTX or M4 Max.`,
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
