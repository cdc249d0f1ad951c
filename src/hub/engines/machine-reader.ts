/** Asks a worker without a model what machine this is; native code never runs in the hub. */
import { join } from 'node:path';
import type { GpuChoice } from '../../shared/protocol/settings';
import type { MachineFacts } from '../../shared/protocol/worker';
import { readMachine } from './read-machine';
import { WorkerProcess, type WorkerLimits } from './worker-process';

/** A picture that is drawn every second must not start a process every second to hear the same again. */
const FAILED_MS = 30_000;

export class MachineReader {
  private readonly known = new Map<GpuChoice, Promise<MachineFacts>>();

  constructor(
    private readonly workerFile: string,
    private readonly logFolder: string,
    private readonly limits?: Partial<WorkerLimits>,
  ) {}

  /**
   * Asked once for each device, then remembered.
   * @throws HearthError when the device cannot be used; that is remembered for half a minute
   */
  read(gpu: GpuChoice): Promise<MachineFacts> {
    const known = this.known.get(gpu);
    if (known !== undefined) return known;
    const asked = this.ask(gpu);
    this.known.set(gpu, asked);
    asked.catch(() => {
      const forget = (): void => {
        if (this.known.get(gpu) === asked) this.known.delete(gpu);
      };
      setTimeout(forget, FAILED_MS).unref();
    });
    return asked;
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
      limits: this.limits,
    });
    try {
      return await readMachine(worker, gpu);
    } finally {
      await worker.stop();
    }
  }
}
