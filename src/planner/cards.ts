/** Which of the known GPUs a name means, and what a plan takes of it. */
import type { GpuFacts, PlanMachine } from '../shared/protocol/plan';
import type { MachineFacts } from '../shared/protocol/worker';
import { CARDS, type Card } from './known-cards';

/** A word that makes another card of the name before it. */
const VARIANT = '[^a-z0-9]*(?:ti|super|xtx?|gre)(?![a-z0-9])';
/** As drivers and people mark the cards of laptops; there are Max-Q cards for workstations as well. */
const LAPTOP = /laptop|mobile|max-?q(?!\W*workstation)/i;
const PATTERNS = CARDS.map((card) => [patternOf(card), card] as const);

/** Whole words, however they are set apart: neither an L4 in "L40" nor an A100 in "RTX A1000". */
function patternOf({ name }: Card): RegExp {
  const words = name.replace(' Laptop', '').split(' ').join('[^a-z0-9]*');
  return new RegExp(`(?<![a-z0-9])${words}(?![a-z0-9])(?!${VARIANT})`, 'i');
}

/**
 * By a part of the name, as drivers print it ("NVIDIA GeForce RTX 4090") or people type it ("rtx4090").
 * @param vramBytes of cards that come in several sizes, the nearest is meant; as the name says it, where nobody knows
 */
export function findCard(name: string, vramBytes = sizeBeside(name)): Card | undefined {
  const isLaptop = LAPTOP.test(name);
  const plain = name.replace(/\((?:tm|r)\)/gi, '');
  const isMeant = (card: Card): boolean => (card.isLaptop ?? false) === isLaptop;
  const found = PATTERNS.find(([pattern, card]) => isMeant(card) && pattern.test(plain))?.[1];
  if (found === undefined || vramBytes === undefined) return found;
  const apart = ({ gib }: Card): number => Math.abs(shownBytes(gib) - vramBytes);
  return CARDS.filter((card) => card.name === found.name).toSorted((a, b) => apart(a) - apart(b))[0];
}

/** "40GB", "12288 MiB" beside a name; not the 4090 of a card. */
const SIZE = /(?<![\w.])(?:(\d{1,3}(?:\.\d+)?)\s*gi?b|(\d{3,6})\s*mi?b)(?![a-z0-9])/gi;

/** A card's name and the sizes beside it, as cards are sold: "T400 4GB" is a T400 of 4. GiB. */
export function sizedName(text: string): { name: string; gibs: number[] } {
  const gibs = [...text.matchAll(SIZE)].map(([, gb, mb]) => Number(gb ?? Number(mb) / 1_024));
  return { name: text.replace(SIZE, '').trim(), gibs };
}

function sizeBeside(text: string): number | undefined {
  const [gib] = sizedName(text).gibs;
  return gib === undefined ? undefined : shownBytes(gib);
}

/** Whether what lies on the GPUs takes RAM as well. */
export function isUnified(machine: Pick<PlanMachine, 'gpus' | 'isUnified'>): boolean {
  return machine.isUnified ?? machine.gpus.some(({ name }) => findCard(name)?.isUnified === true);
}

/** As a plan wants it: beside a card with memory of its own, a processor's graphics is not what models are put on. */
export function unifiedAsRead({ unifiedBytes = 0, vramTotalBytes }: MachineFacts): { isUnified?: boolean } {
  return unifiedBytes > 0 && unifiedBytes >= vramTotalBytes ? { isUnified: true } : {};
}

/** What a driver shows of a card is a little less than what it is sold with. */
const SHOWN_SHARE = 97_887 / (96 * 1_024);

/** @param gib what it is sold with */
export function shownBytes(gib: number): number {
  return Math.round(gib * 2 ** 30 * SHOWN_SHARE);
}

/** With nothing on it. */
export function cardAsGpu({ name, gib, bandwidth }: Partial<Card> & { name: string; gib: number }): GpuFacts {
  return { name, vramBytes: shownBytes(gib), usedBytes: 0, ...(bandwidth !== undefined && { bandwidth }) };
}

/** A card of which only the size is known is taken for the usual one of that size. */
const USUAL: readonly [gib: number, gigabytesPerSecond: number][] = [
  [10, 272],
  [14, 504],
  [22, 672],
  [28, 936],
  [44, 1_344],
  [60, 864],
  [90, 1_935],
  [120, 1_792],
  [Infinity, 4_800],
];

/** Bytes a second, and whether that is known of this card or only usual for its size. */
export function gpuBandwidth({ name, vramBytes, bandwidth }: GpuFacts): {
  bandwidth: number;
  isKnown: boolean;
} {
  const known = bandwidth ?? findCard(name, vramBytes)?.bandwidth;
  if (known !== undefined) return { bandwidth: known, isKnown: true };
  const usual = USUAL.find(([gib]) => vramBytes < gib * 2 ** 30)?.[1] ?? 4_800;
  return { bandwidth: usual * 1e9, isKnown: false };
}
