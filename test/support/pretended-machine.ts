/** A machine with as much memory as a test wants, and the models of a real host in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoadPlanner } from '../../src/hub/engines/load-planner';
import { ModelHost } from '../../src/hub/engines/model-host';
import type { WorkerLimits } from '../../src/hub/engines/worker-process';
import { hearthPaths } from '../../src/hub/storage/hearth-paths';
import { MeasuredRunsFile } from '../../src/hub/storage/measured-runs-file';
import { SettingsStore } from '../../src/hub/storage/settings-store';
import type { ResidentModel } from '../../src/shared/protocol/models';
import type { HubSettings } from '../../src/shared/protocol/settings';
import { DIST, TEST_LOAD } from './hub';

export class PretendedMachine {
  private constructor(
    readonly log: readonly string[],
    readonly host: ModelHost,
    readonly settings: SettingsStore,
    private readonly measuredRuns: MeasuredRunsFile,
    private readonly home: string,
  ) {}

  /**
   * @param ram bytes: what there is, whatever is loaded; asked before every load
   * @param worker another one than the real one, and how long it is waited for
   */
  static async create(
    ram: () => number,
    settings: Partial<HubSettings>,
    worker: { file: string; limits?: Partial<WorkerLimits> } = { file: join(DIST, 'worker.mjs') },
  ): Promise<PretendedMachine> {
    const home = mkdtempSync(join(tmpdir(), 'hearth-machine-'));
    const store = await SettingsStore.open(hearthPaths(home), () => undefined);
    await store.update({ load: TEST_LOAD, ...settings });
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    const measured = await MeasuredRunsFile.open(hearthPaths(home), log);
    const host = new ModelHost({
      workerFile: worker.file,
      limits: worker.limits,
      logFolder: home,
      settings: store,
      measured,
      readDriver: () => Promise.resolve(undefined),
      planner: new LoadPlanner(() => ({ totalBytes: ram(), usedBytes: undefined }), log, {
        recall: () => undefined,
      }),
      log,
      onWorkers: () => undefined,
    });
    return new PretendedMachine(lines, host, store, measured, home);
  }

  /** Resolves when the model is ready, or with the reason why not. */
  async load(path: string, makeRoom = false): Promise<ResidentModel> {
    const { host } = this;
    const since = host.tick();
    return new Promise((resolve) => {
      let isAsking = false;
      const look = (): void => {
        // As the scheduler, which does not ask while it asks: making room frees something.
        if (isAsking) return;
        isAsking = true;
        const admission = host.admit({ path, loras: undefined, lane: 'chat', since, makeRoom });
        isAsking = false;
        if (admission.kind === 'wait') return;
        subscription.dispose();
        if (admission.kind === 'admitted') admission.release();
        const model = host.find(path);
        if (model !== undefined) resolve(model);
      };
      const subscription = host.onMayAdmit(look);
      look();
    });
  }

  /** The model once the system has said what its process takes, where it says anything. */
  async measured(path: string): Promise<ResidentModel> {
    const { host } = this;
    return new Promise((resolve) => {
      const look = (): void => {
        const model = host.find(path);
        if (model?.taken === undefined) return;
        if (model.taken.anonymousBytes === undefined && process.platform === 'linux') return;
        subscription.dispose();
        resolve(model);
      };
      const subscription = host.onDidChange(look);
      look();
    });
  }

  async dispose(): Promise<void> {
    await this.host.unloadAll();
    await this.measuredRuns.flush();
    rmSync(this.home, { recursive: true, force: true });
  }
}
