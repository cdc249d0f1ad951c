/** The what-if fields: texts as the user types them, and the question that they make. Pure. */
import type { MachineChoice, PlanQuestion, PlanWishes } from '../../src/shared/protocol/hardware-view';
import type { PlanAlternative, PlanMachine, Wishes } from '../../src/shared/protocol/plan';
import { parseBeside } from '../../src/shared/util/beside-model';
import { formatBytes } from '../../src/shared/util/format';
import { isModelAddress } from '../../src/shared/util/model-address';
import { parseSize } from '../../src/shared/util/parse-size';
import { KV_TYPES_SHOWN } from './kv-types';

export interface PlanForm {
  machine: MachineChoice;
  context: string;
  sequences: string;
  batch: string;
  gpuLayers: string;
  /** Of all adapters, as a size. */
  loras: string;
  kvType: string;
  flashAttention: boolean;
  /** Empty is as most people use it. */
  quantization: string;
  /** Names or files, by commas, each with what it is for before it where that is not chat. */
  beside: string;
  draft: string;
}

export type CountField = 'context' | 'sequences' | 'batch' | 'gpuLayers';

export const COUNT_FIELDS: readonly CountField[] = ['context', 'sequences', 'batch', 'gpuLayers'];

/** The machine that is offered by name. */
export const KNOWN_MACHINE: Extract<MachineChoice, { kind: 'typed' }> = {
  kind: 'typed',
  vram: '98 GB',
  ram: '132 GB',
};

export function formOf({ machine, wishes, quantization, beside, draft }: PlanQuestion): PlanForm {
  const text = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return {
    machine,
    context: text(wishes.context),
    sequences: text(wishes.sequences),
    batch: text(wishes.batch),
    gpuLayers: text(wishes.gpuLayers),
    loras: wishes.loraBytes === undefined ? '' : formatBytes(wishes.loraBytes),
    kvType: wishes.kvType ?? 'f16',
    flashAttention: wishes.flashAttention ?? true,
    quantization: quantization ?? '',
    beside: (beside ?? []).join(', '),
    draft: draft ?? '',
  };
}

/** Undefined while a field cannot be read. Empty fields are left to the planner. */
export function questionOf(model: string, form: PlanForm): PlanQuestion | undefined {
  const wishes: PlanWishes = { flashAttention: form.flashAttention };
  for (const field of COUNT_FIELDS) {
    const count = readCount(form[field], field);
    if (count === null) return undefined;
    if (count !== undefined) wishes[field] = count;
  }
  const loraBytes = readSize(form.loras);
  if (loraBytes === null) return undefined;
  if (loraBytes !== undefined) wishes.loraBytes = loraBytes;
  const kvType = KV_TYPES_SHOWN.find((type) => type === form.kvType);
  if (kvType !== undefined) wishes.kvType = kvType;
  const [beside, draft] = [readModels(form.beside), readModels(form.draft)];
  if (beside === null || draft === null || draft.length > 1) return undefined;
  return {
    model,
    machine: form.machine,
    wishes,
    ...(form.quantization !== '' && { quantization: form.quantization }),
    ...(beside.length > 0 && { beside }),
    ...(draft[0] !== undefined && { draft: draft[0] }),
  };
}

/**
 * What was asked, with an alternative's changes. Undefined where the fields cannot say them: they have no word for experts
 * in RAM.
 * @param machine that the plan was made for
 */
export function takenQuestion(
  asked: PlanQuestion,
  machine: PlanMachine,
  alternative: Pick<PlanAlternative, 'wishes' | 'quantization' | 'machine'>,
): PlanQuestion | undefined {
  const { wishes: changes, quantization, machine: bought } = alternative;
  if (quantization !== undefined) return { ...asked, quantization };
  if (bought !== undefined) {
    const wishes = { ...asked.wishes };
    delete wishes.gpuLayers;
    return { ...asked, wishes, machine: typedMachine(asked.machine, machine, bought) };
  }
  const wishes = changes && takenWishes(asked.wishes, changes);
  return wishes && { ...asked, wishes };
}

/** What was bought in the words of its box, and the rest as it was typed or is; other programs are still there. */
function typedMachine(asked: MachineChoice, machine: PlanMachine, bought: PlanMachine): MachineChoice {
  const now =
    asked.kind === 'typed'
      ? asked
      : {
          vram: machine.gpus.map(({ vramBytes }) => `${Math.round(vramBytes / 2 ** 20)} MiB`).join(', '),
          ram: `${Math.round(machine.ramBytes / 2 ** 20)} MiB`,
        };
  const used = { vramBytes: bought.gpus.map(({ usedBytes }) => usedBytes), ramBytes: bought.ramUsedBytes };
  return bought.ramBytes > machine.ramBytes
    ? { kind: 'typed', vram: now.vram, ram: `${Math.round(bought.ramBytes / 1e9)} GB`, used }
    : { kind: 'typed', vram: bought.gpus.map(({ name }) => name).join(', '), ram: now.ram, used };
}

function takenWishes(asked: PlanWishes, changes: Partial<Wishes>): PlanWishes | undefined {
  const { expertLayersInRam, gpuLayers, ...others } = changes;
  if (expertLayersInRam !== undefined) return undefined;
  const { gpuLayers: layers, ...kept } = {
    ...asked,
    ...others,
    ...(gpuLayers !== undefined && { gpuLayers }),
  };
  return typeof layers === 'number' ? { ...kept, gpuLayers: layers } : kept;
}

/** "131,072" or "131072"; undefined for nothing, null for what is no count. */
export function readCount(text: string, field: CountField): number | undefined | null {
  const digits = text.replace(/[\s,]/g, '');
  if (digits === '') return undefined;
  if (!/^\d{1,9}$/.test(digits)) return null;
  const count = Number(digits);
  return count < (field === 'gpuLayers' ? 0 : 1) ? null : count;
}

/** "200 MB"; bytes, undefined for nothing, null for what is no size. */
export function readSize(text: string): number | undefined | null {
  if (text.trim() === '') return undefined;
  try {
    return Math.round(parseSize(text));
  } catch {
    return null; // It is still being typed.
  }
}

/** "qwen3-8b, embedding:/models/a.gguf"; null where one is an address: only what the user has agreed to is asked. */
export function readModels(text: string): string[] | null {
  const models = text
    .split(',')
    .map((model) => model.trim())
    .filter((model) => model !== '');
  return models.some((text) => isModelAddress(parseBeside(text).model)) ? null : models;
}

export function machineKind(machine: MachineChoice): 'this' | 'known' | 'typed' {
  if (machine.kind === 'this') return 'this';
  return machine.vram === KNOWN_MACHINE.vram && machine.ram === KNOWN_MACHINE.ram ? 'known' : 'typed';
}
