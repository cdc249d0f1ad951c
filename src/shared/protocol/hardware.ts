/** What the machine's memory holds now, by what uses it, and how fast the models are. Sizes are bytes. */
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { ErrorInfo } from './errors';

/** `context` is the KV cache with the buffers that it is computed in; `other` is what is not Hearth's models. */
export type MemoryUser = 'weights' | 'context' | 'other';

export interface MemoryPart {
  use: MemoryUser;
  bytes: number;
  /** The resident model that it belongs to; nobody's for `other`. */
  modelPath?: string;
  /** Of a `context`, the KV cache; the rest are compute buffers. Undefined where nobody has computed it. */
  kvBytes?: number;
}

/** One kind of memory. The parts add up to what is used. */
export interface MemoryPool {
  totalBytes: number;
  /** Undefined where nothing tells: a GPU without a driver's tool, while no model is loaded. */
  usedBytes?: number;
  parts: MemoryPart[];
}

export interface GpuHardware {
  /** Several devices of which only the sum is known are one, with all their names. */
  name: string;
  /** How many it stands for, where that is several. */
  devices?: number;
  memory: MemoryPool;
  /** 0 to 1, of its computing; only where the driver's tool tells. */
  utilization?: number;
  driver?: string;
}

/** The moment of a snapshot, as the last minutes are drawn from it. */
export interface HardwareSample {
  /** Epoch milliseconds. */
  at: number;
  /** Decoding, all models together; 0 while nothing is said. */
  tokensPerSecond: number;
  /** Over all GPUs; undefined where it is not known. */
  vramUsedBytes?: number;
  ramUsedBytes: number;
}

export interface HardwareSnapshot {
  sample: HardwareSample;
  processor: { name: string; cores: number };
  gpus: GpuHardware[];
  ram: MemoryPool & { usedBytes: number };
  /** Undefined where there is none, or the system does not say. */
  swap?: { totalBytes: number; usedBytes: number };
  /** Why something is missing from the picture, in words. */
  notes: string[];
}

/** Looks once. */
export const ReadHardware = new RequestType<null, HardwareSnapshot, ErrorInfo>('hardware/read');

/**
 * Answers with the last minutes (oldest first, as far as somebody watched) and the present; from then on
 * `HardwareChanged` comes about once a second, until the client goes or unsubscribes.
 */
export const SubscribeHardware = new RequestType<
  null,
  { snapshot: HardwareSnapshot; history: HardwareSample[] },
  ErrorInfo
>('hardware/subscribe');

export const UnsubscribeHardware = new RequestType<null, null, ErrorInfo>('hardware/unsubscribe');

export const HardwareChanged = new NotificationType<HardwareSnapshot>('hardware/changed');
