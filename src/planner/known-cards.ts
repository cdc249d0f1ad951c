/** What well-known GPUs hold and how fast they read it, from their makers' data sheets. */

export interface Card {
  name: string;
  /** As it is sold: GiB. */
  gib: number;
  /** Bytes a second. */
  bandwidth: number;
  /** It has no memory of its own, but a part of the machine's RAM; `gib` is what it usually may use of it. */
  isUnified?: boolean;
  /** Laptops have other cards by the same names. */
  isLaptop?: boolean;
}

const card = (name: string, gib: number, gigabytesPerSecond: number): Card => ({
  name,
  gib,
  bandwidth: gigabytesPerSecond * 1e9,
});

const laptop = (name: string, gib: number, gigabytesPerSecond: number): Card => ({
  ...card(`${name} Laptop`, gib, gigabytesPerSecond),
  isLaptop: true,
});

const unified = (name: string, gib: number, gigabytesPerSecond: number): Card => ({
  ...card(name, gib, gigabytesPerSecond),
  isUnified: true,
});

/** Longer names before those that they begin with; of one name, the usual size first. */
export const CARDS: readonly Card[] = [
  card('RTX PRO 6000', 96, 1_792),
  card('RTX PRO 5000', 48, 1_344),
  card('RTX 6000 Ada', 48, 960),
  card('RTX 5000 Ada', 32, 576),
  card('RTX 4000 Ada', 20, 360),
  card('RTX A6000', 48, 768),
  card('RTX A5000', 24, 768),
  card('RTX A4000', 16, 448),
  card('RTX 5090', 32, 1_792),
  card('RTX 5080', 16, 960),
  card('RTX 5070 Ti', 16, 896),
  card('RTX 5070', 12, 672),
  card('RTX 5060 Ti', 16, 448),
  card('RTX 4090', 24, 1_008),
  card('RTX 4080 SUPER', 16, 736),
  card('RTX 4080', 16, 717),
  card('RTX 4070 Ti SUPER', 16, 672),
  card('RTX 4070 Ti', 12, 504),
  card('RTX 4070 SUPER', 12, 504),
  card('RTX 4070', 12, 504),
  card('RTX 4060 Ti', 16, 288),
  card('RTX 4060', 8, 272),
  card('RTX 3090 Ti', 24, 1_008),
  card('RTX 3090', 24, 936),
  card('RTX 3080 Ti', 12, 912),
  card('RTX 3080', 10, 760),
  card('RTX 3070 Ti', 8, 608),
  card('RTX 3070', 8, 448),
  card('RTX 3060 Ti', 8, 448),
  card('RTX 3060', 12, 360),
  laptop('RTX 5090', 24, 896),
  laptop('RTX 5080', 16, 896),
  laptop('RTX 4090', 16, 576),
  laptop('RTX 4080', 12, 432),
  laptop('RTX 4070', 8, 256),
  laptop('RTX 4060', 8, 256),
  laptop('RTX 3080 Ti', 16, 512),
  laptop('RTX 3080', 8, 448),
  laptop('RTX 3070', 8, 448),
  laptop('RTX 3060', 6, 336),
  unified('GB10', 128, 273),
  card('H200', 141, 4_800),
  card('H100 PCIe', 80, 2_000),
  card('H100', 80, 3_350),
  card('A100', 80, 1_935),
  card('A100', 40, 1_555),
  card('A10', 24, 600),
  card('L40S', 48, 864),
  card('L40', 48, 864),
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
