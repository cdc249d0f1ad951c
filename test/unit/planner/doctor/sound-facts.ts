/** A machine and a model with which nothing is wrong; tests change one thing. */
import { DEFAULT_SETTINGS } from '../../../../src/hub/storage/settings-store';
import { known, type DoctorFacts, type GgufModel } from '../../../../src/planner/doctor/facts';
import type { ResidentModel } from '../../../../src/shared/protocol/models';
import type { LoadedFacts } from '../../../../src/shared/protocol/worker';

export const GIB = 2 ** 30;

export const SOUND_MODEL: GgufModel = {
  kind: 'gguf',
  fileBytes: 12 * GIB,
  architecture: 'llama',
  bytesByType: { Q4_K: 11 * GIB, Q6_K: 0.9 * GIB, F32: 0.1 * GIB },
  trainContext: 131_072,
  chatTemplate: '{% for m in messages %}…{% endfor %}{% if add_generation_prompt %}…{% endif %}',
};

export const BLACKWELL = {
  name: 'NVIDIA RTX PRO 6000',
  computeCapability: '12.0',
  driverVersion: '580.95.05',
  usedBytes: 0,
  totalBytes: 96 * GIB,
  isDisplay: false,
};

export function soundFacts(changes: Partial<DoctorFacts> = {}): DoctorFacts {
  return {
    platform: 'linux',
    arch: 'x64',
    model: known(SOUND_MODEL),
    settings: DEFAULT_SETTINGS.load,
    resident: undefined,
    others: [],
    machine: known({
      gpu: 'cuda',
      deviceNames: [BLACKWELL.name],
      vramTotalBytes: 96 * GIB,
      ramTotalBytes: 128 * GIB,
    }),
    pciGpus: known([{ vendor: 'NVIDIA', id: '10de:2bb1', driver: 'nvidia', screens: [] }]),
    nvidiaGpus: known([BLACKWELL]),
    gpuPrograms: known([]),
    memory: known({
      ramBytes: 128 * GIB,
      availableBytes: 110 * GIB,
      swapBytes: 8 * GIB,
      swapUsedBytes: 0,
      swappedInPages: 0,
    }),
    storage: known({ mountPoint: '/', fileSystem: 'ext4', source: '/dev/nvme0n1p2', disk: 'solid' }),
    power: known({
      batteryPercent: undefined,
      onBattery: false,
      governors: ['powersave'],
      governorDriver: 'intel_pstate',
      energyPreferences: ['balance_performance'],
      platformProfile: undefined,
    }),
    cpu: known({ physicalCores: 16, features: ['avx', 'avx2', 'f16c'] }),
    glibc: known('2.36'),
    window: known({ runsBesideRemote: false, machine: 'desk' }),
    ...changes,
  };
}

/** A model in memory; `loaded` is undefined while it is being loaded. */
export function residentModel(loaded: Partial<LoadedFacts> | undefined = {}): ResidentModel {
  return {
    path: '/models/other.gguf',
    name: 'other',
    status: { kind: 'ready' },
    activity: { kind: 'idle' },
    loras: [],
    loaded: {
      gpu: 'cuda',
      deviceNames: [BLACKWELL.name],
      gpuLayers: 33,
      totalLayers: 33,
      contextSize: 8_192,
      trainContextSize: 131_072,
      sequences: 1,
      threads: 8,
      flashAttention: true,
      weights: { vramBytes: 11 * GIB, ramBytes: GIB },
      context: { vramBytes: GIB, ramBytes: 0 },
      promptFormat: 'template',
      loadMs: 1_000,
      warnings: [],
      ...loaded,
    },
  };
}
