/** Gathers what the doctor looks at, all at once, each part within its time. */
import { attempt } from './attempt';
import { known, unknown, type DoctorFacts } from '../../planner/doctor/facts';
import type { WindowFacts } from '../../shared/protocol/doctor';
import type { ResidentModel } from '../../shared/protocol/models';
import type { LoadSettings } from '../../shared/protocol/settings';
import type { MachineFacts } from '../../shared/protocol/worker';
import { readCpu } from './read-cpu';
import { readMemory, readSwapIns } from './read-memory';
import { readModel } from './read-model';
import { readGpuPrograms, readNvidiaGpus } from './read-nvidia';
import { readPciGpus } from './read-pci-gpus';
import { readPower } from './read-power';
import { readStorage } from './read-storage';
import { SystemFiles } from './system-files';

/** Files of the kernel. */
const FILE_MS = 3_000;
/** nvidia-smi wakes a sleeping driver, which takes seconds. */
const PROGRAM_MS = 10_000;
/** A worker's start, and a GPU's. */
const MACHINE_MS = 60_000;
/** A header of a file on a network drive. */
const MODEL_MS = 20_000;

export interface FactSources {
  modelPath: string;
  settings: LoadSettings;
  resident: ResidentModel | undefined;
  others: ResidentModel[];
  window: WindowFacts | undefined;
  readMachine: () => Promise<MachineFacts>;
}

export async function gatherFacts(
  sources: FactSources,
  files: SystemFiles = new SystemFiles(),
): Promise<DoctorFacts> {
  const { modelPath, settings, resident, others, window } = sources;
  const swapIns = await readSwapIns(files);
  const isLinux = process.platform === 'linux';
  const onlyLinux = (what: string) => unknown(`Only on Linux can Hearth see ${what}.`);
  const [model, machine, pciGpus, nvidiaGpus, gpuPrograms, storage, power, cpu, glibc] = await Promise.all([
    attempt('The model', MODEL_MS, () => readModel(modelPath)),
    attempt('The machine', MACHINE_MS, async () => known(await sources.readMachine())),
    isLinux ? attempt('The PCI bus', FILE_MS, () => readPciGpus(files)) : onlyLinux('which cards there are'),
    attempt('nvidia-smi', PROGRAM_MS + FILE_MS, () => readNvidiaGpus(PROGRAM_MS)),
    attempt('nvidia-smi', PROGRAM_MS + FILE_MS, () =>
      readGpuPrograms(PROGRAM_MS, async (pid) =>
        isOwnProcess(await files.text('proc', String(pid), 'status')),
      ),
    ),
    isLinux
      ? attempt('The mounts', FILE_MS, () => readStorage(files, modelPath))
      : onlyLinux('what a file lies on'),
    isLinux ? attempt('The power supply', FILE_MS, () => readPower(files)) : onlyLinux('how power is saved'),
    attempt('The CPU', FILE_MS, () => readCpu(files)),
    attempt('The C library', FILE_MS, () => Promise.resolve(known(glibcVersion()))),
  ]);
  const memory = isLinux
    ? await attempt('The memory', FILE_MS, () => readMemory(files, swapIns))
    : onlyLinux('how memory is used');
  return {
    platform: process.platform,
    arch: process.arch,
    model,
    settings,
    resident,
    others,
    machine,
    pciGpus,
    nvidiaGpus,
    gpuPrograms,
    memory,
    storage,
    power,
    cpu,
    glibc,
    window: window === undefined ? unknown('It was asked outside of a window of the editor.') : known(window),
  };
}

/** The hub itself, or a worker: the hub is its parent. */
function isOwnProcess(status: string | undefined): boolean {
  const [, parent] = /^PPid:\s+(\d+)$/m.exec(status ?? '') ?? [];
  return parent !== undefined && Number(parent) === process.pid;
}

/** Of the C library that Node itself runs on; undefined for another one than glibc. */
function glibcVersion(): string | undefined {
  const { report } = process as { report?: { excludeNetwork?: boolean; getReport: () => object } };
  if (report === undefined) return undefined;
  // Looking up network names can take seconds, and is nobody's business here.
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
  report.excludeNetwork = before ?? false;
  return header?.glibcVersionRuntime;
}
