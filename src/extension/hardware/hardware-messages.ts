/** Checks what the hardware panel sends before it is used. */
import {
  HARDWARE_COMMANDS,
  type FromHardwareView,
  type MachineChoice,
  type PlanQuestion,
  type PlanWishes,
} from '../../shared/protocol/hardware-view';
import { KV_TYPES } from '../../shared/protocol/plan';
import { parseBeside } from '../../shared/util/beside-model';
import { isModelAddress } from '../../shared/util/model-address';

/** More models than this are a mistake. */
const MOST_BESIDE = 16;

type Fields = Record<string, unknown>;

/** Undefined for anything that is not a whole message. */
export function parseFromHardwareView(value: unknown): FromHardwareView | undefined {
  if (!isFields(value)) return undefined;
  switch (value['type']) {
    case 'ready':
      return { type: 'ready' };
    case 'loadPlan':
      return { type: 'loadPlan' };
    case 'closePlan':
      return { type: 'closePlan' };
    case 'command': {
      const command = HARDWARE_COMMANDS.find((known) => known === value['command']);
      return command === undefined ? undefined : { type: 'command', command };
    }
    case 'plan': {
      const question = planQuestion(value['question']);
      return question === undefined ? undefined : { type: 'plan', question };
    }
    default:
      return undefined;
  }
}

function planQuestion(value: unknown): PlanQuestion | undefined {
  if (!isFields(value) || typeof value['model'] !== 'string') return undefined;
  const machine = machineChoice(value['machine']);
  const wishes = planWishes(value['wishes']);
  if (machine === undefined || wishes === undefined) return undefined;
  const question: PlanQuestion = { model: value['model'], machine, wishes };
  const { quantization, beside, draft } = value;
  if (quantization !== undefined) {
    if (!isName(quantization)) return undefined;
    question.quantization = quantization;
  }
  if (beside !== undefined) {
    if (!Array.isArray(beside) || beside.length > MOST_BESIDE || !beside.every(isBesideHere))
      return undefined;
    question.beside = beside;
  }
  if (draft !== undefined) {
    if (!isModelHere(draft)) return undefined;
    question.draft = draft;
  }
  return question;
}

function machineChoice(value: unknown): MachineChoice | undefined {
  if (!isFields(value)) return undefined;
  const { kind, vram, ram, used } = value;
  if (kind === 'this') return { kind };
  if (kind !== 'typed' || typeof vram !== 'string' || typeof ram !== 'string') return undefined;
  if (used === undefined) return { kind, vram, ram };
  if (!isFields(used)) return undefined;
  const { vramBytes, ramBytes } = used;
  const isUsed = (bytes: unknown): bytes is number => typeof bytes === 'number' && bytes >= 0;
  if (!isUsed(ramBytes) || !Array.isArray(vramBytes) || !vramBytes.every(isUsed)) return undefined;
  return { kind, vram, ram, used: { vramBytes, ramBytes } };
}

function planWishes(value: unknown): PlanWishes | undefined {
  if (!isFields(value)) return undefined;
  const wishes: PlanWishes = {};
  for (const name of ['context', 'sequences', 'batch', 'gpuLayers', 'loraBytes'] as const) {
    const figure = value[name];
    if (figure === undefined) continue;
    if (!isCount(figure, name === 'gpuLayers' || name === 'loraBytes' ? 0 : 1)) return undefined;
    wishes[name] = figure;
  }
  const { kvType, flashAttention } = value;
  if (kvType !== undefined) {
    const known = KV_TYPES.find((type) => type === kvType);
    if (known === undefined) return undefined;
    wishes.kvType = known;
  }
  if (flashAttention !== undefined) {
    if (typeof flashAttention !== 'boolean') return undefined;
    wishes.flashAttention = flashAttention;
  }
  return wishes;
}

/** An agreement to ask one address is none to ask another. */
function isModelHere(value: unknown): value is string {
  return isName(value) && !isModelAddress(value);
}

function isBesideHere(value: unknown): value is string {
  return isName(value) && isModelHere(parseBeside(value).model);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isCount(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
