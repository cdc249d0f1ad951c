/** The what-if fields: texts as the user types them, and the question that they make. Pure. */
import type { MachineChoice, PlanQuestion, PlanWishes } from '../../src/shared/protocol/hardware-view';
import type { Wishes } from '../../src/shared/protocol/plan';
import { KV_TYPES_SHOWN } from './kv-types';

export interface PlanForm {
  machine: MachineChoice;
  context: string;
  sequences: string;
  batch: string;
  gpuLayers: string;
  kvType: string;
  flashAttention: boolean;
}

export type CountField = 'context' | 'sequences' | 'batch' | 'gpuLayers';

export const COUNT_FIELDS: readonly CountField[] = ['context', 'sequences', 'batch', 'gpuLayers'];

/** The machine that is offered by name. */
export const KNOWN_MACHINE: Extract<MachineChoice, { kind: 'typed' }> = {
  kind: 'typed',
  vram: '98 GB',
  ram: '132 GB',
};

export function formOf({ machine, wishes }: PlanQuestion): PlanForm {
  const text = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return {
    machine,
    context: text(wishes.context),
    sequences: text(wishes.sequences),
    batch: text(wishes.batch),
    gpuLayers: text(wishes.gpuLayers),
    kvType: wishes.kvType ?? 'f16',
    flashAttention: wishes.flashAttention ?? true,
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
  const kvType = KV_TYPES_SHOWN.find((type) => type === form.kvType);
  if (kvType !== undefined) wishes.kvType = kvType;
  return { model, machine: form.machine, wishes };
}

/**
 * What was asked, with an alternative's changes. Undefined where the fields cannot say them: they have no word for experts
 * in RAM, nor for another machine or file.
 */
export function takenWishes(asked: PlanWishes, changes: Partial<Wishes> | undefined): PlanWishes | undefined {
  if (changes === undefined) return undefined;
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

export function machineKind(machine: MachineChoice): 'this' | 'known' | 'typed' {
  if (machine.kind === 'this') return 'this';
  return machine.vram === KNOWN_MACHINE.vram && machine.ram === KNOWN_MACHINE.ram ? 'known' : 'typed';
}
