/** Between the extension and the hardware panel. Closed unions: an unhandled message does not compile. */
import type { ErrorInfo } from './errors';
import type { HardwareSample, HardwareSnapshot } from './hardware';
import type { ResidentModel } from './models';
import type { PlainNumbers, PlanResult, Wishes } from './plan';
import type { QueueEntry } from './system';

/** The models and their queue; replaced whole. */
export interface HardwareViewState {
  hub: { kind: 'connecting' } | { kind: 'connected' } | { kind: 'failed'; error: ErrorInfo };
  models: ResidentModel[];
  queue: QueueEntry[];
}

/** Sizes as the user typed them: "98 GB", "95.6 GiB"; several GPUs by commas. */
export type MachineChoice =
  | { kind: 'this' }
  | {
      kind: 'typed';
      vram: string;
      ram: string;
      /** What other programs have of this machine, where something was added to it. */
      used?: UsedMemory;
    };

/** In bytes; the GPUs in their order. */
export interface UsedMemory {
  vramBytes: number[];
  ramBytes: number;
}

/** What is left out is as usual, or as much as fits. */
export type PlanWishes = Partial<Omit<Wishes, 'gpuLayers' | 'expertLayersInRam'>> & { gpuLayers?: number };

export interface PlanQuestion {
  /** A file's path, a name that Hearth knows, an address, or what plain numbers are called. */
  model: string;
  machine: MachineChoice;
  wishes: PlanWishes;
  /** Of a known model; else as most people use it. */
  quantization?: string;
  /** Other models in memory: known names or files, as `PlanParams` has them. */
  beside?: string[];
  draft?: string;
  numbers?: PlainNumbers;
  /** The user has agreed that the model's address is asked. The view cannot say so: the extension keeps it. */
  allowNetwork?: true;
}

export type PlanOutcome =
  | { kind: 'planning' }
  | {
      kind: 'planned';
      result: PlanResult;
      /** The same for the other way to read the GPU's size, where it has two. */
      otherReading?: { vramBytes: number; result: PlanResult };
    }
  | { kind: 'failed'; error: ErrorInfo };

export interface ShownPlan {
  /** Changes when another model is planned, and not when a wish is. */
  id: number;
  name: string;
  /** What the model can be had in, for a choice; none for a file. */
  quantizations: readonly string[];
  /** It is a file on this machine, and can be loaded as it was planned. */
  isFile: boolean;
  question: PlanQuestion;
  outcome: PlanOutcome;
}

export type ToHardwareView =
  | { type: 'state'; state: HardwareViewState }
  /** The view begins to be told, with the last minutes as far as somebody watched. */
  | { type: 'hardware'; snapshot: HardwareSnapshot; history: HardwareSample[] }
  | { type: 'sample'; snapshot: HardwareSnapshot }
  /** `reveal` brings it into sight: somebody has just asked for it. */
  | { type: 'plan'; plan: ShownPlan | null; reveal: boolean };

/** Commands that a button in the panel may run. */
export const HARDWARE_COMMANDS = [
  'planModel',
  'switchModel',
  'reloadModel',
  'unloadModel',
  'cancelLoad',
  'showQueue',
  'showLogs',
  'reconnect',
] as const;

export type HardwareCommand = (typeof HARDWARE_COMMANDS)[number];

export type FromHardwareView =
  /** The view is there and has nothing. */
  | { type: 'ready' }
  /** Plans the shown model anew, with other wishes or for another machine. */
  | { type: 'plan'; question: PlanQuestion }
  /** Loads the shown model as it was planned. */
  | { type: 'loadPlan' }
  | { type: 'closePlan' }
  | { type: 'command'; command: HardwareCommand };
