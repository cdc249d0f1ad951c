/** A machine's memory as a plan wants it, with the models that stay and without those that go. Pure. */
import { isUnified, unifiedAsRead } from '../../planner/cards';
import { gpusAsRead } from '../../planner/machine-as-read';
import type { GpuFacts, PlanMachine } from '../../shared/protocol/plan';
import type { MachineFacts } from '../../shared/protocol/worker';

/** What a model in memory takes, in bytes. */
export interface MemoryClaim {
  path: string;
  vramBytes: number;
  /** In RAM, weights that are mapped from the file included: it is slow without them. */
  ramBytes: number;
  /** Of its process: RAM that nobody else can have. */
  anonymousBytes: number;
  /** It is pinned or busy, and not unloaded for another one. */
  stays?: boolean;
  /** Of the last use; higher is later. */
  usedAt?: number;
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
export function machineBeside(now: MachineNow, staying: readonly MemoryClaim[]): PlanMachine {
  return withClaims(withoutModels(now), staying);
}

/** With these models in its memory as well; of several GPUs each holds a share by its size. */
export function withClaims(machine: PlanMachine, claims: readonly MemoryClaim[]): PlanMachine {
  const vramBytes = sum(claims, (claim) => claim.vramBytes);
  return {
    ...machine,
    gpus: withShares(machine.gpus, vramBytes),
    ramUsedBytes:
      machine.ramUsedBytes + sum(claims, (claim) => claim.ramBytes) + (isUnified(machine) ? vramBytes : 0),
  };
}

function withoutModels({ facts, ram, claims }: MachineNow): PlanMachine {
  const vramBytes = sum(claims, (claim) => claim.vramBytes);
  const read = gpusAsRead(facts);
  const machine = { ...read, gpus: withShares(read.gpus, -vramBytes), ...unifiedAsRead(facts) };
  const ownRam = sum(claims, (claim) => claim.anonymousBytes) + (isUnified(machine) ? vramBytes : 0);
  return {
    ...machine,
    ramBytes: ram.totalBytes,
    ramUsedBytes: Math.max(0, (ram.usedBytes ?? 0) - ownRam),
  };
}

/** With so many bytes more in use, or fewer, on each GPU by its size. */
function withShares(gpus: readonly GpuFacts[], bytes: number): GpuFacts[] {
  const all = gpus.reduce((total, { vramBytes }) => total + vramBytes, 0);
  return gpus.map((gpu) => ({
    ...gpu,
    usedBytes: Math.max(0, gpu.usedBytes + (all > 0 ? (bytes * gpu.vramBytes) / all : 0)),
  }));
}

function sum(claims: readonly MemoryClaim[], bytes: (claim: MemoryClaim) => number): number {
  return claims.reduce((total, claim) => total + bytes(claim), 0);
}
