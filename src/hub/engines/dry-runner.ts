/** Asks the engine what a load would take, in a process that ends with the answer. */
import { join } from 'node:path';
import type { DryRun, DryRunParams } from '../../shared/protocol/worker';
import { modelFileKey, modelName } from '../models/model-file';
import { WorkerProcess, type WorkerLimits } from './worker-process';

/** What-ifs go back and forth between a few. */
const MOST = 200;

export type TryLoad = (params: DryRunParams) => Promise<DryRun>;

export class DryRunner {
  /** By the file and all that it depends on; the one that was wanted last stands last. */
  private readonly known = new Map<string, DryRun>();

  constructor(
    private readonly workerFile: string,
    private readonly logFolder: string,
    private readonly limits?: Partial<WorkerLimits>,
  ) {}

  /**
   * @param path of the model that is tried
   * @param use tries loads of it, one after the other in the same process, which starts with the first that is not known
   * @throws HearthError what `use` throws
   */
  async with<T>(path: string, use: (tryLoad: TryLoad) => Promise<T>): Promise<T> {
    const fileKey = await modelFileKey(path);
    let worker: WorkerProcess | undefined;
    try {
      return await use(async (params) => {
        const key = keyOf(fileKey, params);
        const result = this.known.get(key) ?? (await (worker ??= this.start(path)).dryRun(params));
        this.remember(key, result);
        return result;
      });
    } finally {
      await worker?.stop();
    }
  }

  /** What was said of such a load before, if it was tried. */
  recall(fileKey: string, params: DryRunParams): DryRun | undefined {
    return this.known.get(keyOf(fileKey, params));
  }

  private start(path: string): WorkerProcess {
    return new WorkerProcess({
      workerFile: this.workerFile,
      logFile: join(this.logFolder, 'worker-dry-run.log'),
      name: `the dry run of ${modelName(path)}`,
      limits: this.limits,
    });
  }

  private remember(key: string, result: DryRun): void {
    this.known.delete(key);
    this.known.set(key, result);
    const oldest = this.known.keys().next();
    if (this.known.size > MOST && oldest.done !== true) this.known.delete(oldest.value);
  }
}

/** The order in which they were written does not matter. */
function keyOf(fileKey: string, params: DryRunParams): string {
  const { modelPath, gpu, gpuLayers, context, sequences, batch, kvType, flashAttention } = params;
  return JSON.stringify([
    fileKey,
    ...[modelPath, gpu, gpuLayers, context, sequences, batch, kvType, flashAttention],
  ]);
}
