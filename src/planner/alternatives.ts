/** What else could be done, when not everything fits onto the GPU as it was wished. */
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

export interface OtherFile {
  quantization: string;
  shape: ModelShape;
}

/**
 * Only what fits, and is better than the plan itself; the least change first.
 * @param files the same model in smaller quantizations, the largest first
 * @param measured of this file on this machine
 */
export function alternatives(
  shape: ModelShape,
  machine: PlanMachine,
  wishes: Wishes,
  files: readonly OtherFile[] = [],
  measured: MeasuredSpeed = () => undefined,
): PlanAlternative[] {
  const plan = planModel(shape, machine, wishes);
  if (plan.verdict === 'fits') return [];
  const found: PlanAlternative[] = [];
  const isBetter = (other: Plan): boolean =>
    other.verdict !== 'does-not-fit' && (plan.verdict === 'does-not-fit' || other.gpuLayers > plan.gpuLayers);
  const offer = (change: string, cost: string, changes: Partial<Wishes>): void => {
    const changed = { ...wishes, ...changes };
    const other = withMeasuredSpeed(planModel(shape, machine, changed), changed, measured);
    if (!isBetter(other)) return;
    const most = maxContext(shape, machine, changed);
    found.push({ change, cost, plan: other, maxContext: most, wishes: changes });
  };
  if (wishes.sequences > 1)
    offer('one chat in memory at a time', 'going back to another chat reads it again', { sequences: 1 });
  if (['f32', 'f16', 'bf16'].includes(wishes.kvType) && wishes.flashAttention)
    offer('KV cache in q8_0', 'a little less exact at long contexts', { kvType: 'q8_0' });
  if (!wishes.flashAttention) offer('flash attention on', 'nothing', { flashAttention: true });
  const shorter = maxContext(shape, machine, { ...wishes, gpuLayers: 'auto' });
  if (shorter > 0 && shorter < wishes.context)
    offer(`a context of ${formatCount(shorter)} tokens`, 'shorter chats and fewer files in them', {
      context: shorter,
      gpuLayers: 'auto',
    });
  if (wishes.gpuLayers !== 'auto')
    offer('as many layers on the GPU as fit', 'the layers in RAM are slow', { gpuLayers: 'auto' });
  const experts = fewestExpertsInRam(shape, machine, wishes);
  if (experts !== undefined) {
    offer(`the experts of ${experts} layers in RAM`, 'slower, but far less so than whole layers', {
      gpuLayers: shape.layers.length + 1,
      expertLayersInRam: experts,
    });
  }
  return [
    ...found,
    ...smallerFile(files, machine, wishes, isBetter),
    ...otherMachine(shape, machine, wishes, isBetter),
  ];
}

/** The largest file that fits onto the GPU as a whole, or else that fits at all. */
function smallerFile(
  files: readonly OtherFile[],
  machine: PlanMachine,
  wishes: Wishes,
  isBetter: (other: Plan) => boolean,
): PlanAlternative[] {
  const better = files
    .map((file) => ({ ...file, plan: planModel(file.shape, machine, wishes) }))
    .filter(({ plan }) => isBetter(plan));
  const chosen = better.find(({ plan }) => plan.gpuLayers === plan.totalLayers) ?? better[0];
  if (chosen === undefined) return [];
  const { quantization, plan, shape } = chosen;
  return [
    {
      change: `the ${quantization} file instead`,
      cost: 'another download, less exact weights',
      plan,
      maxContext: maxContext(shape, machine, wishes),
      quantization,
    },
  ];
}

/** More RAM where it is short, and the smallest card on which everything fits. */
function otherMachine(
  shape: ModelShape,
  machine: PlanMachine,
  wishes: Wishes,
  isBetter: (other: Plan) => boolean,
): PlanAlternative[] {
  // Memory that the processor and the GPU share is soldered in.
  if (isUnified(machine)) return [];
  const free: Wishes = { ...wishes, gpuLayers: 'auto', expertLayersInRam: 0 };
  const on = (change: string, other: PlanMachine): PlanAlternative | undefined => {
    const plan = planModel(shape, other, free);
    if (!isBetter(plan)) return undefined;
    return { change, cost: 'money', plan, maxContext: maxContext(shape, other, free), machine: other };
  };
  const moreRam = on('64 GB more RAM', { ...machine, ramBytes: machine.ramBytes + MORE_RAM_BYTES });
  for (const { name, gib, bandwidth } of LADDER_CARDS) {
    const gpu = cardAsGpu({ name, gib, bandwidth });
    if (machine.gpus.some(({ vramBytes }) => vramBytes >= gpu.vramBytes)) continue;
    const card = on(`${withArticle(name)} (${gib} GB)`, { ...machine, gpus: [gpu] });
    if (card?.plan.verdict === 'fits') return moreRam === undefined ? [card] : [moreRam, card];
  }
  return moreRam === undefined ? [] : [moreRam];
}

/** With everything else on the GPU; undefined where that does not help, or there are no experts. */
function fewestExpertsInRam(shape: ModelShape, machine: PlanMachine, wishes: Wishes): number | undefined {
  if (machine.gpus.length === 0 || shape.layers.every(({ expertBytes }) => expertBytes === 0))
    return undefined;
  for (let count = 1; count <= shape.layers.length; count += 1) {
    const changes = { gpuLayers: shape.layers.length + 1, expertLayersInRam: count };
    if (planModel(shape, machine, { ...wishes, ...changes }).verdict !== 'does-not-fit') return count;
  }
  return undefined;
}

function withArticle(name: string): string {
  return `${/^[HR]/.test(name) ? 'an' : 'a'} ${name}`;
}
