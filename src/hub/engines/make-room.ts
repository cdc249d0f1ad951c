/** Which models would have to go so that another one fits beside the rest. Pure. */
import { planModel } from '../../planner/plan';
import { HearthError } from '../../shared/protocol/errors';
import type { Plan } from '../../shared/protocol/plan';
import { formatBytes } from '../../shared/util/format';
import { leastWishes, ramIsEnough } from './load-forecast';
import type { LoadProspect } from './load-planner';
import { machineBeside, type MemoryClaim } from './memory-claims';

/** A model in memory that might be unloaded. */
export interface RoomCandidate extends MemoryClaim {
  name: string;
  /** Higher is later. */
  usedAt: number;
  isPinned: boolean;
  isBusy: boolean;
}

export type Room =
  | { kind: 'enough' }
  /** It fits once these are gone, and with nothing less. */
  | { kind: 'unload'; models: RoomCandidate[]; plan: Plan }
  /** It would fit alone, but these may not be unloaded now. */
  | { kind: 'blocked'; by: RoomCandidate[]; plan: Plan };

/**
 * Beside others a model must lie where it would lie alone: half of it in RAM is no room. What does not even fit
 * alone, room does not help.
 */
export function roomFor(prospect: LoadProspect, candidates: readonly RoomCandidate[]): Room {
  const { shape, settings, machine } = prospect;
  // A context that is left open shrinks with the room, to no less than this.
  const wishes = leastWishes(prospect);
  const planBeside = (staying: readonly MemoryClaim[]): Plan =>
    planModel(shape, machineBeside(machine, staying), wishes);
  const fits = (plan: Plan): boolean => plan.freeVramBytes >= 0 && ramIsEnough(plan, settings);
  const alone = planBeside([]);
  if (!fits(alone)) return { kind: 'enough' };
  const isEnough = (staying: readonly MemoryClaim[]): boolean => {
    const plan = planBeside(staying);
    return fits(plan) && plan.gpuLayers >= alone.gpuLayers;
  };
  if (isEnough(candidates)) return { kind: 'enough' };
  const models = whatToUnload(candidates, isEnough);
  if (models !== undefined) return { kind: 'unload', models, plan: alone };
  return { kind: 'blocked', by: candidates.filter(isKept), plan: alone };
}

/**
 * The least recently used go first, the pinned and the busy never; none goes without need.
 * @returns undefined when all that may go is not enough
 */
export function whatToUnload(
  candidates: readonly RoomCandidate[],
  isEnough: (staying: readonly RoomCandidate[]) => boolean,
): RoomCandidate[] | undefined {
  const loose = candidates.filter((candidate) => !isKept(candidate)).sort((a, b) => a.usedAt - b.usedAt);
  const without = (gone: readonly RoomCandidate[]) =>
    candidates.filter((candidate) => !gone.includes(candidate));
  let gone: RoomCandidate[] = [];
  for (const next of loose) {
    if (isEnough(without(gone))) break;
    gone.push(next);
  }
  if (!isEnough(without(gone))) return undefined;
  // A small one that went first may stay, now that a large one went as well.
  for (const candidate of [...gone]) {
    const fewer = gone.filter((other) => other !== candidate);
    if (isEnough(without(fewer))) gone = fewer;
  }
  return gone;
}

/** Says who is in the way, how large they are, and what to do. */
export function noRoom(name: string, room: Exclude<Room, { kind: 'enough' }>): HearthError {
  const needs = `${name} was not loaded: it needs ${sizes(room.plan.totalVramBytes, room.plan.totalRamBytes)}`;
  if (room.kind === 'unload') {
    const names = room.models.map((model) => model.name).join(' and ');
    return new HearthError(
      'no-room',
      `${needs}, which is not free beside ${room.models.map(nameAndSize).join(' and ')}.`,
      `Unload ${names} first, or set "hearth.makeRoom" to "auto" so that Hearth does.`,
    );
  }
  const isPinned = room.by.some((model) => model.isPinned);
  return new HearthError(
    isPinned ? 'model-pinned' : 'no-room',
    `${needs}, and ${room.by.map(nameAndState).join(' and ')} in memory.`,
    isPinned
      ? 'Unpin it with "Hearth: Keep Model in Memory…", or unload it.'
      : 'Try again when it has answered, or unload it.',
  );
}

function isKept({ isPinned, isBusy }: RoomCandidate): boolean {
  return isPinned || isBusy;
}

function nameAndSize({ name, vramBytes, ramBytes }: RoomCandidate): string {
  return `${name} (${sizes(vramBytes, ramBytes)})`;
}

function nameAndState(candidate: RoomCandidate): string {
  return `${nameAndSize(candidate)} is ${candidate.isPinned ? 'pinned' : 'busy'}`;
}

function sizes(vramBytes: number, ramBytes: number): string {
  return [
    ...(vramBytes > 0 ? [`${formatBytes(vramBytes)} of VRAM`] : []),
    ...(ramBytes > 0 ? [`${formatBytes(ramBytes)} of RAM`] : []),
  ].join(' and ');
}
