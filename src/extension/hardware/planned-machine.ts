/** The machine that a plan is for. */
import { otherGpus, parseGpus } from '../../planner/machine';
import type { HardwareSnapshot, MemoryPool } from '../../shared/protocol/hardware';
import type { MachineChoice } from '../../shared/protocol/hardware-view';
import type { PlanMachine } from '../../shared/protocol/plan';
import { parseSize } from '../../shared/util/parse-size';

/**
 * A typed machine as figures; this one without what other programs hold of it. What a look at it does not tell, the
 * hub finds out.
 * @param usesGpu whether models are loaded onto a GPU at all
 * @throws HearthError `bad-request` for a size that cannot be read
 */
export function plannedMachine(
  choice: MachineChoice,
  { ram, gpus }: Pick<HardwareSnapshot, 'ram' | 'gpus'>,
  usesGpu: boolean,
): Partial<PlanMachine> {
  if (choice.kind === 'typed') {
    const { vram, ram: size, used } = choice;
    const typed = parseGpus(vram).map((gpu, index) => ({
      ...gpu,
      usedBytes: used?.vramBytes[index] ?? gpu.usedBytes,
    }));
    return { gpus: typed, ramBytes: parseSize(size), ramUsedBytes: used?.ramBytes ?? 0 };
  }
  const known = gpus.flatMap(({ name, devices, memory }) =>
    memory.usedBytes === undefined || devices !== undefined
      ? []
      : [{ name, vramBytes: memory.totalBytes, usedBytes: othersIn(memory) }],
  );
  return {
    ...(usesGpu && known.length > 0 && known.length === gpus.length && { gpus: known }),
    ramBytes: ram.totalBytes,
    ramUsedBytes: othersIn(ram),
    isHere: true,
  };
}

/**
 * This machine as it was last looked at, without what other programs hold of it. Undefined where the look did not tell
 * everything.
 * @param usesGpu whether models are loaded onto a GPU at all
 */
export function lookedAtMachine(
  snapshot: Pick<HardwareSnapshot, 'ram' | 'gpus' | 'notes'>,
  usesGpu: boolean,
): PlanMachine | undefined {
  const { gpus, ramBytes, ramUsedBytes = 0 } = plannedMachine({ kind: 'this' }, snapshot, usesGpu);
  const hasNone = !usesGpu || (snapshot.gpus.length === 0 && snapshot.notes.length === 0);
  const known = hasNone ? [] : gpus;
  if (known === undefined || ramBytes === undefined) return undefined;
  return { gpus: known, ramBytes, ramUsedBytes };
}

/** The same machine, where its GPUs' size can be read in another way: "98 GB" may be a card of 96 GB. */
export function otherMachine(machine: Partial<PlanMachine>): Partial<PlanMachine> | undefined {
  const other = otherGpus(machine.gpus);
  return other && { ...machine, gpus: other.gpus };
}

function othersIn({ parts }: MemoryPool): number {
  return parts.reduce((sum, { use, bytes }) => (use === 'other' ? sum + bytes : sum), 0);
}
