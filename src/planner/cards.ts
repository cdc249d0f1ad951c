/** What well-known GPUs hold and how fast they read it, from their makers' data sheets. */
import type { GpuFacts, PlanMachine } from '../shared/protocol/plan';
import type { MachineFacts } from '../shared/protocol/worker';

export interface Card {
  name: string;
  /** As it is sold: GiB. */
  gib: number;
  /** Bytes a second. */
  bandwidth: number;
  /** It has no memory of its own, but a part of the machine's RAM; `gib` is what it usually may use of it. */
  isUnified?: boolean;
}

const card = (name: string, gib: number, gigabytesPerSecond: number): Card => ({
  name,
  gib,
  bandwidth: gigabytesPerSecond * 1e9,
});

const unified = (name: string, gib: number, gigabytesPerSecond: number): Card => ({
  ...card(name, gib, gigabytesPerSecond),
  isUnified: true,
});

/** Longer names before those that they begin with. */
export const CARDS: readonly Card[] = [
  card('RTX PRO 6000', 96, 1_792),
  card('RTX PRO 5000', 48, 1_344),
  card('RTX 6000 Ada', 48, 960),
  card('RTX A6000', 48, 768),
  card('RTX A5000', 24, 768),
  card('RTX 5090', 32, 1_792),
  card('RTX 5080', 16, 960),
  card('RTX 5070 Ti', 16, 896),
  card('RTX 5070', 12, 672),
  card('RTX 5060 Ti', 16, 448),
  card('RTX 4090', 24, 1_008),
  card('RTX 4080', 16, 717),
  card('RTX 4070 Ti SUPER', 16, 672),
  card('RTX 4070', 12, 504),
  card('RTX 4060 Ti', 16, 288),
  card('RTX 4060', 8, 272),
  card('RTX 3090 Ti', 24, 1_008),
  card('RTX 3090', 24, 936),
  card('RTX 3080', 10, 760),
  card('RTX 3070', 8, 448),
  card('RTX 3060', 12, 360),
  unified('GB10', 128, 273),
  card('H200', 141, 4_800),
  card('H100 PCIe', 80, 2_000),
  card('H100', 80, 3_350),
  card('A100', 80, 1_935),
  card('L40S', 48, 864),
  card('L4', 24, 300),
  card('T4', 16, 320),
  card('RX 9070 XT', 16, 640),
  card('RX 7900 XTX', 24, 960),
  card('RX 7900 XT', 20, 800),
  unified('Radeon 8060S', 96, 256),
  card('MI300X', 192, 5_300),
  card('Arc A770', 16, 560),
  card('Arc B580', 12, 456),
  unified('M3 Ultra', 96, 819),
  unified('M2 Ultra', 64, 800),
  unified('M4 Max', 48, 546),
  unified('M4 Pro', 24, 273),
  unified('M3 Max', 48, 400),
  unified('M2 Max', 32, 400),
  unified('M1 Max', 32, 400),
  unified('M3 Pro', 12, 150),
  unified('M2 Pro', 12, 200),
  unified('M1 Pro', 12, 200),
  unified('M1 Ultra', 48, 800),
  unified('Apple M4', 10, 120),
  unified('Apple M3', 5, 100),
  unified('Apple M2', 5, 100),
  unified('Apple M1', 5, 68),
];

const PLAIN = CARDS.map((each) => [plainly(each.name), each] as const);

/** By a part of the name, as drivers print it ("NVIDIA GeForce RTX 4090") or people type it ("rtx4090"). */
export function findCard(name: string): Card | undefined {
  const plain = plainly(name);
  return PLAIN.find(([known]) => plain.includes(known))?.[1];
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
export function cardAsGpu({ name, gib, bandwidth }: Card): GpuFacts {
  return { name, vramBytes: shownBytes(gib), usedBytes: 0, bandwidth };
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
  const known = bandwidth ?? findCard(name)?.bandwidth;
  if (known !== undefined) return { bandwidth: known, isKnown: true };
  const usual = USUAL.find(([gib]) => vramBytes < gib * 2 ** 30)?.[1] ?? 4_800;
  return { bandwidth: usual * 1e9, isKnown: false };
}

function plainly(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
