/** Models and machines by the thousand, the same for the same seed: what a plan promises must hold for all of them. */
import type { LayerShape, ModelShape } from '../../src/planner/model-shape';
import { DEFAULT_WISHES } from '../../src/planner/wishes';
import type { PlanMachine, Wishes } from '../../src/shared/protocol/plan';
import { Random } from '../../tools/models/random';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

export class MadeUp {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  /** A whole number from 0 to `most` - 1. */
  upTo(most: number): number {
    return Math.floor(this.random.uniform() * most);
  }

  oneOf<T>(items: readonly T[]): T {
    return items[this.upTo(items.length)]!;
  }

  /** Dense or with experts, sliding or not, with dense layers before the others. */
  model(): ModelShape {
    const hasExperts = this.upTo(2) === 0;
    const fullEvery = this.oneOf([1, 1, 2, 6]);
    const denseLayers = this.upTo(3);
    const embeddingBytes = (1 + this.upTo(800)) * MIB;
    const isTied = this.upTo(3) === 0;
    const keyValue = this.oneOf([128, 512, 1_024, 2_048]);
    const layers = Array.from({ length: 1 + this.upTo(64) }, (_, layer): LayerShape => {
      const feedForwardBytes = this.upTo(200) * MIB;
      const isDense = !hasExperts || layer < denseLayers;
      return {
        expertBytes: isDense ? 0 : this.upTo(2_000) * MIB,
        otherBytes: feedForwardBytes + this.upTo(100) * MIB,
        feedForwardBytes,
        keySize: keyValue,
        valueSize: keyValue,
        isSliding: fullEvery > 1 && (layer + 1) % fullEvery !== 0,
      };
    });
    return {
      name: 'made up',
      architecture: 'llama',
      layers,
      embeddingBytes,
      outputBytes: isTied ? embeddingBytes : (1 + this.upTo(800)) * MIB,
      isTied,
      embeddingSize: 256 * (1 + this.upTo(32)),
      vocabularySize: 1_000 * (1 + this.upTo(256)),
      heads: this.oneOf([8, 32, 64]),
      querySize: 64 * this.oneOf([8, 32, 64]),
      headSizes: [64, 64],
      feedForwardSize: 256 * (1 + this.upTo(100)),
      expertsUsed: hasExperts ? 4 : 1,
      expertShare: hasExperts ? 4 / this.oneOf([8, 32, 128]) : 1,
      trainContext: this.oneOf([2_048, 8_192, 40_960, 131_072]),
      slidingWindow: fullEvery > 1 ? this.oneOf([128, 1_024, 4_096]) : undefined,
    };
  }

  /** Up to three GPUs, some of them in use by others. */
  machine(): PlanMachine {
    const gpus = Array.from({ length: this.upTo(4) }, (_, index) => {
      const vramBytes = (2 + this.upTo(94)) * GIB;
      return { name: `GPU ${index + 1}`, vramBytes, usedBytes: this.upTo(2) * this.upTo(vramBytes) };
    });
    return { gpus, ramBytes: (4 + this.upTo(250)) * GIB, ramUsedBytes: this.upTo(4) * GIB };
  }

  wishes(): Wishes {
    return {
      ...DEFAULT_WISHES,
      context: 256 * (1 + this.upTo(512)),
      sequences: 1 + this.upTo(4),
      batch: this.oneOf([128, 512, 2_048]),
      kvType: this.oneOf(['f16', 'q8_0', 'q4_0'] as const),
      flashAttention: this.upTo(4) > 0,
      expertLayersInRam: this.oneOf([0, 0, this.upTo(40)]),
      loraBytes: this.oneOf([0, 100 * MIB]),
      smallContext: this.upTo(4) > 0,
    };
  }
}
