/** A machine's memory as a plan wants it, with the models that stay and without those that go. Pure. */
import type { PlanMachine } from '../../shared/protocol/plan';
import type { MachineFacts } from '../../shared/protocol/worker';

/** What a model in memory takes, in bytes. */
export interface MemoryClaim {
  path: string;
  vramBytes: number;
  /** In RAM, weights that are mapped from the file included: it is slow without them. */
  ramBytes: number;
  /** Of its process: RAM that nobody else can have. */
  anonymousBytes: number;
}

export interface RamFacts {
  totalBytes: number;
  /** By all programs, without what the system can drop at once; undefined where the system does not say. */
  usedBytes: number | undefined;
}

/** A machine at this moment, the models in memory included in what is used. */
export interface MachineNow {
  facts: MachineFacts;
  ram: RamFacts;
  claims: readonly MemoryClaim[];
}

/** @param staying of the models in memory, those that stay there */
export function machineBeside(
  { facts, ram, claims }: MachineNow,
  staying: readonly MemoryClaim[],
): PlanMachine {
  const count = facts.gpu === 'cpu' ? 0 : facts.deviceNames.length;
  const othersVram = Math.max(0, (facts.vramUsedBytes ?? 0) - sum(claims, (claim) => claim.vramBytes));
  const vramUsed = othersVram + sum(staying, (claim) => claim.vramBytes);
  const othersRam = Math.max(0, (ram.usedBytes ?? 0) - sum(claims, (claim) => claim.anonymousBytes));
  return {
    gpus: facts.deviceNames.slice(0, count).map((name) => ({
      name,
      vramBytes: facts.vramTotalBytes / count,
      usedBytes: vramUsed / count,
    })),
    ramBytes: ram.totalBytes,
    ramUsedBytes: othersRam + sum(staying, (claim) => claim.ramBytes),
  };
}

function sum(claims: readonly MemoryClaim[], bytes: (claim: MemoryClaim) => number): number {
  return claims.reduce((total, claim) => total + bytes(claim), 0);
}
