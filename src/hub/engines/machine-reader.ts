/** Asks a worker without a model what machine this is; native code never runs in the hub. */
import { join } from 'node:path';
import type { GpuChoice } from '../../shared/protocol/settings';
import type { MachineFacts } from '../../shared/protocol/worker';
import { WorkerProcess } from './worker-process';

export class MachineReader {
  private readonly known = new Map<GpuChoice, Promise<MachineFacts>>();

  constructor(
    private readonly workerFile: string,
    private readonly logFolder: string,
  ) {}

  /**
   * Asked once for each device, then remembered.
   * @throws HearthError when the device cannot be used; the next call tries again
   */
  read(gpu: GpuChoice): Promise<MachineFacts> {
    const known = this.known.get(gpu) ?? this.ask(gpu);
    this.known.set(gpu, known);
    known.catch(() => this.known.delete(gpu));
    return known;
  }

  /** As `read`, but at this moment: what is used of the memory changes. */
  readNow(gpu: GpuChoice): Promise<MachineFacts> {
    this.known.delete(gpu);
    return this.read(gpu);
  }

  private async ask(gpu: GpuChoice): Promise<MachineFacts> {
    const worker = new WorkerProcess({
      workerFile: this.workerFile,
      logFile: join(this.logFolder, 'worker-machine.log'),
      name: 'the look at this machine',
    });
    try {
      return await worker.machine(gpu);
    } finally {
      await worker.stop();
    }
  }
}
