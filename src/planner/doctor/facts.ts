/** What the doctor looks at. Whoever gathers it says of each part why it is not known, if it is not. */
import type { WindowFacts } from '../../shared/protocol/doctor';
import type { ErrorInfo } from '../../shared/protocol/errors';
import type { ResidentModel } from '../../shared/protocol/models';
import type { LoadSettings } from '../../shared/protocol/settings';
import type { MachineFacts } from '../../shared/protocol/worker';

/** `why` is a sentence; `error` is there when the reader said in its own words what is wrong. */
export type Known<T> = { known: true; value: T } | { known: false; why: string; error?: ErrorInfo };

export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

export function unknown(why: string, error?: ErrorInfo): { known: false; why: string; error?: ErrorInfo } {
  return error === undefined ? { known: false, why } : { known: false, why, error };
}

/** A GGUF file's header, as far as the doctor needs it. Sizes in bytes. */
export interface GgufModel {
  kind: 'gguf';
  fileBytes: number;
  architecture: string;
  /** Bytes by tensor type; `unknown` for types that Hearth does not know. */
  bytesByType: Record<string, number>;
  /** Tokens that it was trained for; 0 where the header does not say. */
  trainContext: number;
  chatTemplate: string | undefined;
}

/** A folder of a model that is not (only) GGUF: names of its files, and what its JSON files say. */
export interface CheckpointModel {
  kind: 'checkpoint';
  files: string[];
  /** `config.json` and the like, by name, where they could be read. */
  json: Record<string, unknown>;
}

/** What lies on the bus, whether or not a driver serves it. */
export interface PciGpu {
  vendor: 'NVIDIA' | 'AMD' | 'Intel';
  /** "10de:2bb1" */
  id: string;
  /** The kernel's driver: "nvidia", "nouveau", "amdgpu"; undefined for none. */
  driver: string | undefined;
  /** Connectors of a screen that is plugged in: "HDMI-A-1". */
  screens: string[];
}

export interface NvidiaGpu {
  name: string;
  /** "12.0" */
  computeCapability: string;
  driverVersion: string;
  usedBytes: number;
  totalBytes: number;
  isDisplay: boolean;
}

/** A program on an NVIDIA GPU. */
export interface GpuProgram {
  pid: number;
  name: string;
  /** It draws, it does not compute only. */
  isGraphics: boolean;
  /** Unknown under some drivers. */
  usedBytes: number | undefined;
}

export interface MemoryFacts {
  ramBytes: number;
  /** What programs can still get without swapping. */
  availableBytes: number;
  swapBytes: number;
  swapUsedBytes: number;
  /** Pages that came back from the swap while the doctor looked. */
  swappedInPages: number | undefined;
}

export interface StorageFacts {
  mountPoint: string;
  /** "ext4", "nfs4" */
  fileSystem: string;
  /** "/dev/nvme0n1p2", "server:/models" */
  source: string;
  disk: 'spinning' | 'solid' | 'unknown';
}

export interface PowerFacts {
  /** Percent; undefined on a machine without a battery. */
  batteryPercent: number | undefined;
  onBattery: boolean;
  /** Of the CPU's clock: "powersave", "schedutil"; each that is in use. */
  governors: string[];
  /** "intel_pstate", "acpi-cpufreq" */
  governorDriver: string | undefined;
  /** "power", "balance_performance"; each that is in use. */
  energyPreferences: string[];
  /** The system's own: "low-power", "balanced". */
  platformProfile: string | undefined;
}

export interface CpuFacts {
  physicalCores: number;
  /** "avx2", "f16c", … as the system names them, in small letters. */
  features: string[];
}

export interface DoctorFacts {
  /** As Node names it. */
  platform: string;
  arch: string;
  model: Known<GgufModel | CheckpointModel>;
  settings: LoadSettings;
  /** The model in memory, if it is there. */
  resident: ResidentModel | undefined;
  /** Models in memory beside it. */
  others: ResidentModel[];
  /** As llama.cpp sees it on the device that the settings choose. */
  machine: Known<MachineFacts>;
  pciGpus: Known<PciGpu[]>;
  /** Empty on a machine without an NVIDIA card and driver. */
  nvidiaGpus: Known<NvidiaGpu[]>;
  /** Programs other than Hearth on NVIDIA GPUs. */
  gpuPrograms: Known<GpuProgram[]>;
  memory: Known<MemoryFacts>;
  storage: Known<StorageFacts>;
  power: Known<PowerFacts>;
  cpu: Known<CpuFacts>;
  /** "2.36"; undefined where the system has another C library. */
  glibc: Known<string | undefined>;
  window: Known<WindowFacts>;
}
