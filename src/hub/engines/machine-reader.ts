/** Asks a worker without a model what machine this is; native code never runs in the hub. */
import { join } from 'node:path';
import { HearthError } from '../../shared/protocol/errors';
import type { GpuChoice } from '../../shared/protocol/settings';
import type { MachineFacts } from '../../shared/protocol/worker';
import { readMachine } from './read-machine';
import { WorkerProcess } from './worker-process';

/** Starting a worker, llama.cpp and a sleeping driver takes seconds; a driver that hangs takes for ever. */
const LIMIT_MS = 60_000;
/** A picture that is drawn every second must not start a process every second to hear the same again. */
const FAILED_MS = 30_000;

export class MachineReader {
  private readonly known = new Map<GpuChoice, Promise<MachineFacts>>();

  constructor(
    private readonly workerFile: string,
    private readonly logFolder: string,
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
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(driverHangs()), LIMIT_MS);
    });
    try {
      return await Promise.race([readMachine(worker, gpu), late]);
    } finally {
      clearTimeout(timer);
      await worker.stop();
    }
  }
}

function driverHangs(): HearthError {
  return new HearthError(
    'worker-unresponsive',
    `The look at this machine took longer than ${LIMIT_MS / 1_000} s and was given up: the driver of the GPU seems to hang.`,
    'Hearth goes on without it. If models do not load either, restart the machine.',
  );
}
