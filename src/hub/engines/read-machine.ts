/** What a worker says of the machine, and of several GPUs how large each is, where the system tells. */
import type { GpuChoice } from '../../shared/protocol/settings';
import type { MachineFacts } from '../../shared/protocol/worker';
import { SystemFiles } from '../doctor/system-files';
import { readAmdGpus } from '../hardware/amd-gpus';
import { matchGpus } from '../hardware/match-gpus';
import { readNvidiaGpus } from '../hardware/nvidia-smi';
import type { WorkerProcess } from './worker-process';

/** @throws HearthError when the device cannot be used */
export async function readMachine(worker: WorkerProcess, gpu: GpuChoice): Promise<MachineFacts> {
  const facts = await worker.machine(gpu);
  // Of a single one the sum says it.
  if (facts.deviceNames.length < 2) return facts;
  const [nvidia, amd] = await Promise.all([readNvidiaGpus(), readAmdGpus(new SystemFiles())]);
  const gpus = matchGpus(facts, [...(nvidia ?? []), ...amd]);
  return gpus === undefined ? facts : { ...facts, gpus };
}
