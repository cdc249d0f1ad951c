/** What else could be done, when not everything fits onto the GPU as it was wished, or only with a short context. */
import type { Plan, PlanAlternative, PlanMachine, Wishes } from '../shared/protocol/plan';
import { formatCount } from '../shared/util/format';
import { cardAsGpu, isUnified } from './cards';
import { CARDS } from './known-cards';
import type { ModelShape } from './model-shape';
import { maxContext, planModel } from './plan';
import { withMeasuredSpeed, type MeasuredSpeed } from './speed';

const MORE_RAM_BYTES = 64e9;
/** Cards that one would buy, the smallest first. */
const LADDER = ['RTX 5070 Ti', 'RTX 4090', 'RTX 5090', 'RTX 6000 Ada', 'RTX PRO 6000', 'H200'];
const LADDER_CARDS = LADDER.flatMap((name) => CARDS.find((card) => card.name === name) ?? []);

/** A longer context by so much is worth a change. */
const LONGER = 1.25;
/** A card of the same size as it may be written, and as its driver shows it. */
const SAME_SIZE = 1.1;

export interface OtherFile {
  quantization: string;
  shape: ModelShape;
}

export interface AlternativeOptions {
  /** The same model in smaller quantizations, the largest first. */
  files?: readonly OtherFile[];
  /** Of this file on this machine. */
  measured?: MeasuredSpeed;
  /** What the models beside leave of a machine, when this one has so many tokens of context. */
  left?: (machine: PlanMachine, context: number) => PlanMachine;
}

/** Only what fits, and is better than the plan itself; the least change first. */
export function alternatives(
  shape: ModelShape,
  machine: PlanMachine,
  wishes: Wishes,
  options: AlternativeOptions = {},
): PlanAlternative[] {
  return new Search(shape, machine, wishes, options).all();
}

class Search {
  private readonly now: Planned;
  private readonly left: (machine: PlanMachine, context: number) => PlanMachine;

  constructor(
    private readonly shape: ModelShape,
    private readonly machine: PlanMachine,
    private readonly wishes: Wishes,
    private readonly options: AlternativeOptions,
  ) {
    this.left = options.left ?? ((whole) => whole);
    this.now = this.planned({});
  }

  all(): PlanAlternative[] {
    const isWhole = this.now.plan.verdict === 'fits';
    if (isWhole && this.now.mostContext() * LONGER > this.shape.trainContext) return [];
    return [...this.otherLoads(), ...this.smallerFile(), ...this.otherMachine()];
  }

  /** It fits where the plan does not, is faster because more lies on the GPUs, or leaves room for much longer chats there. */
  private isBetter({ plan: other, mostContext }: Planned): boolean {
    switch (this.now.plan.verdict) {
      case 'does-not-fit':
        return other.verdict !== 'does-not-fit';
      case 'fits':
        return other.verdict === 'fits' && mostContext() >= this.now.mostContext() * LONGER;
      default:
        return (
          other.verdict !== 'does-not-fit' &&
          other.gpuLayers > this.now.plan.gpuLayers &&
          other.speed.tokensPerSecond > this.now.plan.speed.tokensPerSecond
        );
    }
  }

  private planned(
    changes: Partial<Wishes>,
    { shape, machine }: { shape?: ModelShape; machine?: PlanMachine } = {},
  ): Planned {
    const wishes = { ...this.wishes, ...changes };
    const of = shape ?? this.shape;
    const on = (context: number): PlanMachine => this.left(machine ?? this.machine, context);
    let most: number | undefined;
    return {
      plan: planModel(of, on(wishes.context), wishes),
      mostContext: () => (most ??= maxContext(of, on, wishes)),
    };
  }

  /** The same file on the same machine. */
  private otherLoads(): PlanAlternative[] {
    const { shape, wishes } = this;
    const found: PlanAlternative[] = [];
    const offer = (change: string, cost: string, changes: Partial<Wishes>): void => {
      const other = this.planned(changes);
      if (!this.isBetter(other)) return;
      const plan = withMeasuredSpeed(
        other.plan,
        { ...wishes, ...changes },
        this.options.measured ?? (() => undefined),
      );
      found.push({ change, cost, plan, maxContext: other.mostContext(), wishes: changes });
    };
    if (wishes.sequences > 1)
      offer('one chat in memory at a time', 'going back to another chat reads it again', { sequences: 1 });
    if (['f32', 'f16', 'bf16'].includes(wishes.kvType) && wishes.flashAttention)
      offer('KV cache in q8_0', 'a little less exact at long contexts', { kvType: 'q8_0' });
    if (!wishes.flashAttention) offer('flash attention on', 'nothing', { flashAttention: true });
    const shorter = this.planned({ gpuLayers: 'auto' }).mostContext();
    if (shorter > 0 && shorter < wishes.context)
      offer(`a context of ${formatCount(shorter)} tokens`, 'shorter chats and fewer files in them', {
        context: shorter,
        gpuLayers: 'auto',
      });
    if (wishes.gpuLayers !== 'auto')
      offer('as many layers on the GPU as fit', 'the layers in RAM are slow', { gpuLayers: 'auto' });
    const experts = this.fewestExpertsInRam();
    if (experts !== undefined) {
      offer(`the experts of ${experts} layers in RAM`, 'slower, but far less so than whole layers', {
        gpuLayers: shape.layers.length + 1,
        expertLayersInRam: experts,
      });
    }
    return found;
  }

  /** The largest file that fits onto the GPU as a whole, or else that fits at all. */
  private smallerFile(): PlanAlternative[] {
    const better = (this.options.files ?? [])
      .map(({ quantization, shape }) => ({ quantization, ...this.planned({}, { shape }) }))
      .filter((file) => this.isBetter(file));
    const chosen = better.find(({ plan }) => plan.gpuLayers === plan.totalLayers) ?? better[0];
    if (chosen === undefined) return [];
    const { quantization, plan, mostContext } = chosen;
    const change = `the ${quantization} file instead`;
    const cost = 'another download, less exact weights';
    return [{ change, cost, plan, maxContext: mostContext(), quantization }];
  }

  /** More RAM where it is short, and the smallest card on which everything fits. */
  private otherMachine(): PlanAlternative[] {
    const { machine } = this;
    // Memory that the processor and the GPU share is soldered in.
    if (isUnified(machine)) return [];
    const on = (change: string, other: PlanMachine): PlanAlternative | undefined => {
      const planned = this.planned({ gpuLayers: 'auto', expertLayersInRam: 0 }, { machine: other });
      if (!this.isBetter(planned)) return undefined;
      return { change, cost: 'money', plan: planned.plan, maxContext: planned.mostContext(), machine: other };
    };
    const moreRam = on('64 GB more RAM', { ...machine, ramBytes: machine.ramBytes + MORE_RAM_BYTES });
    for (const card of LADDER_CARDS) {
      const gpu = cardAsGpu(card);
      if (machine.gpus.some(({ vramBytes }) => vramBytes * SAME_SIZE >= gpu.vramBytes)) continue;
      const bought = on(`${withArticle(card.name)} (${card.gib} GB)`, { ...machine, gpus: [gpu] });
      if (bought?.plan.verdict === 'fits') return moreRam === undefined ? [bought] : [moreRam, bought];
    }
    return moreRam === undefined ? [] : [moreRam];
  }

  /** With everything else on the GPU; undefined where that does not help, or there are no experts. */
  private fewestExpertsInRam(): number | undefined {
    const { shape, machine, now } = this;
    if (
      now.plan.verdict === 'fits' ||
      machine.gpus.length === 0 ||
      shape.layers.every(({ expertBytes }) => expertBytes === 0)
    )
      return undefined;
    for (let count = 1; count <= shape.layers.length; count += 1) {
      const other = this.planned({ gpuLayers: shape.layers.length + 1, expertLayersInRam: count });
      if (other.plan.verdict !== 'does-not-fit') return count;
    }
    return undefined;
  }
}

interface Planned {
  plan: Plan;
  /** Tokens; searched for at the first call. */
  mostContext: () => number;
}

function withArticle(name: string): string {
  return `${/^[HR]/.test(name) ? 'an' : 'a'} ${name}`;
}
