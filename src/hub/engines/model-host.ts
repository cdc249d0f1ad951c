/** The models in memory: who is loaded, who is loading, who must go so that another fits. */
import { join } from 'node:path';
import { errorInfo, HearthError, type ErrorInfo } from '../../shared/protocol/errors';
import type { GgufFacts, ModelActivity, ModelStatus, ResidentModel } from '../../shared/protocol/models';
import type { LoraAdapter } from '../../shared/protocol/settings';
import type { LoadedFacts, MemoryUse } from '../../shared/protocol/worker';
import { Emitter } from '../../shared/util/emitter';
import { checkModel, modelName } from '../models/model-file';
import type { Admission } from '../scheduler/scheduler';
import type { SettingsStore } from '../storage/settings-store';
import { WorkerProcess } from './worker-process';

/** How often the memory figures of a busy model are read anew. */
const MEMORY_MS = 2_000;

/** `chat` jobs hold a sequence of the main context; `small` ones share the small context. */
export type Lane = 'chat' | 'small';

/** What a request needs before it can run. */
export interface ModelNeed {
  path: string;
  /** Undefined takes the setting. */
  loras: LoraAdapter[] | undefined;
  lane: Lane;
  /** From `ModelHost.tick` when the request came: a load that failed later failed for this request too. */
  since: number;
  /** A model that was loaded with other settings is loaded again, once its running answers have ended. */
  upToDate?: boolean;
}

class Resident {
  status: ModelStatus = { kind: 'loading', progress: { phase: 'starting', fraction: 0 } };
  worker: WorkerProcess | undefined;
  file: GgufFacts | undefined;
  loaded: LoadedFacts | undefined;
  memory: MemoryUse | undefined;
  /** The worker is being asked for `memory`. */
  isMemoryRead = false;
  lastTokensPerSecond: number | undefined;
  loadedAt: number | undefined;
  failedAt = 0;
  usedAt = 0;
  readonly running: Record<Lane, number> = { chat: 0, small: 0 };
  readonly activities = new Map<string, ModelActivity>();
  readonly loading = new AbortController();

  constructor(
    readonly path: string,
    readonly loras: LoraAdapter[],
    readonly settingsKey: string,
  ) {}

  get busy(): boolean {
    return this.running.chat + this.running.small > 0;
  }
}

export interface ModelHostOptions {
  workerFile: string;
  logFolder: string;
  settings: SettingsStore;
  log: (line: string) => void;
  /** The processes that hold models, after every change. */
  onWorkers: (resident: { pid: number; path: string }[]) => void;
}

export class ModelHost {
  private readonly residents = new Map<string, Resident>();
  private readonly changed = new Emitter<void>();
  /** Something about the models changed: progress, readiness, figures. */
  readonly onDidChange = this.changed.event;
  private readonly freed = new Emitter<void>();
  /** Waiting requests should ask again. */
  readonly onMayAdmit = this.freed.event;
  private readonly memoryTimer: NodeJS.Timeout;
  /** Ends of workers that must be waited for before new memory is taken. */
  private leaving: Promise<void> = Promise.resolve();
  private clock = 0;
  private closed = false;

  constructor(private readonly options: ModelHostOptions) {
    this.memoryTimer = setInterval(() => this.refreshBusy(), MEMORY_MS);
    this.memoryTimer.unref();
  }

  /** A moment in the host's own order of events. */
  tick(): number {
    return ++this.clock;
  }

  snapshot(unloadAt: number | undefined): ResidentModel[] {
    return [...this.residents.values()].map((resident) => describe(resident, unloadAt));
  }

  find(path: string): ResidentModel | undefined {
    const resident = this.residents.get(path);
    return resident && describe(resident, undefined);
  }

  /** The worker of a model that was just admitted. */
  worker(path: string): WorkerProcess {
    const worker = this.residents.get(path)?.worker;
    if (worker === undefined)
      throw new HearthError('no-model', 'The model was unloaded.', 'Send it again to load it.');
    return worker;
  }

  /** Lets a request in, starts the load that it needs, or makes room; never waits. */
  admit(need: ModelNeed): Admission {
    if (this.closed) return { kind: 'refused', error: hubStopping() };
    const loras = need.loras ?? this.options.settings.current.load.loras;
    const resident = this.residents.get(need.path);
    if (resident?.status.kind === 'failed') {
      if (resident.failedAt > need.since)
        return { kind: 'refused', error: HearthError.from(resident.status.error) };
      this.residents.delete(need.path);
      return this.admitNew(need.path, loras);
    }
    if (resident === undefined) return this.admitNew(need.path, loras);
    if (resident.status.kind !== 'ready') return { kind: 'wait', blocks: false };
    const isOutdated = need.upToDate === true && resident.settingsKey !== this.settingsKey();
    if (isOutdated || !sameLoras(resident.loras, loras)) {
      if (resident.busy) return { kind: 'wait', blocks: true };
      this.evict(resident);
      return this.admitNew(need.path, loras);
    }
    const slots = need.lane === 'small' ? 1 : (resident.loaded?.sequences ?? 1);
    if (resident.running[need.lane] >= slots) return { kind: 'wait', blocks: false };
    resident.running[need.lane] += 1;
    resident.usedAt = this.tick();
    return {
      kind: 'admitted',
      release: () => {
        resident.running[need.lane] -= 1;
        void this.readMemory(resident);
      },
    };
  }

  /** Ends the model's process; its running requests fail with what they have. Resolves when the memory is free. */
  async unload(path: string): Promise<void> {
    const resident = this.residents.get(path);
    if (resident === undefined) return;
    resident.loading.abort();
    this.evict(resident);
    await this.leaving;
  }

  cancelLoad(path: string): void {
    this.residents.get(path)?.loading.abort();
  }

  /** Ends every worker; from now on nothing is loaded. */
  async unloadAll(): Promise<void> {
    this.closed = true;
    clearInterval(this.memoryTimer);
    for (const resident of [...this.residents.values()]) {
      resident.loading.abort();
      this.evict(resident);
    }
    await this.leaving;
  }

  report(path: string, jobId: string, activity: ModelActivity | undefined): void {
    const resident = this.residents.get(path);
    if (resident === undefined) return;
    if (activity === undefined) resident.activities.delete(jobId);
    else resident.activities.set(jobId, activity);
    this.changed.fire();
  }

  reportSpeed(path: string, tokensPerSecond: number): void {
    const resident = this.residents.get(path);
    if (resident !== undefined && tokensPerSecond > 0) resident.lastTokensPerSecond = tokensPerSecond;
  }

  async memory(path: string): Promise<MemoryUse> {
    return this.worker(path).memory();
  }

  private admitNew(path: string, loras: LoraAdapter[]): Admission {
    const most = this.options.settings.current.maxLoadedModels;
    const others = [...this.residents.values()].filter((resident) => resident.status.kind !== 'failed');
    if (others.length >= most) {
      const idle = others
        .filter((resident) => !resident.busy && resident.status.kind === 'ready')
        .sort((a, b) => a.usedAt - b.usedAt);
      const victim = idle[0];
      if (victim === undefined) return { kind: 'wait', blocks: true };
      this.evict(victim);
    }
    this.dropFailed();
    const resident = new Resident(path, loras, this.settingsKey());
    this.residents.set(path, resident);
    this.changed.fire();
    void this.load(resident);
    return { kind: 'wait', blocks: false };
  }

  /** A failed model is shown until another takes its place. */
  private dropFailed(): void {
    for (const [path, resident] of this.residents) {
      if (resident.status.kind === 'failed') this.residents.delete(path);
    }
  }

  private evict(resident: Resident): void {
    this.residents.delete(resident.path);
    const { worker } = resident;
    if (worker !== undefined) {
      this.options.log(`unloading ${resident.path}`);
      const before = this.leaving;
      this.leaving = Promise.all([before, worker.stop()]).then(() => {
        this.reportWorkers();
        this.freed.fire();
      });
    }
    this.changed.fire();
    this.freed.fire();
  }

  private async load(resident: Resident): Promise<void> {
    const { path } = resident;
    const name = modelName(path);
    const { signal } = resident.loading;
    try {
      await this.leaving;
      resident.file = await checkModel(path);
      signal.throwIfAborted();
      const worker = new WorkerProcess({
        workerFile: this.options.workerFile,
        logFile: join(this.options.logFolder, `worker-${name.replace(/[^\w.-]/g, '_')}.log`),
        name,
      });
      resident.worker = worker;
      this.reportWorkers();
      worker.onEnd((error) => this.fail(resident, error.info));
      // Ending the process is the quickest way to stop a load, and frees all of its memory.
      signal.addEventListener('abort', () => void worker.stop(), { once: true });
      this.options.log(`loading ${path} in process ${worker.pid ?? 0}`);
      const settings = { ...this.options.settings.current.load, loras: resident.loras };
      resident.loaded = await worker.load({ modelPath: path, settings }, (progress) => {
        resident.status = { kind: 'loading', progress };
        this.changed.fire();
      });
      signal.throwIfAborted();
      resident.memory = await worker.memory();
      resident.loadedAt = Date.now();
      resident.status = { kind: 'ready' };
      this.options.log(
        `loaded ${path} in ${Math.round(resident.loaded.loadMs)} ms on ${resident.loaded.gpu}`,
      );
    } catch (error) {
      const info = signal.aborted ? loadCancelled(name) : errorInfo(error);
      await resident.worker?.stop();
      this.fail(resident, info);
    }
    this.changed.fire();
    this.freed.fire();
  }

  private fail(resident: Resident, error: ErrorInfo): void {
    // A process that does not react may take a while to die; until then it holds the memory that the next load needs.
    const { worker } = resident;
    if (worker !== undefined) this.leaving = Promise.all([this.leaving, worker.stop()]).then(() => undefined);
    resident.worker = undefined;
    resident.activities.clear();
    if (resident.status.kind !== 'failed') {
      resident.status = { kind: 'failed', error };
      resident.failedAt = this.tick();
      this.options.log(`${resident.path}: ${error.message}`);
    }
    this.reportWorkers();
    this.changed.fire();
    this.freed.fire();
  }

  private reportWorkers(): void {
    const resident = [...this.residents.values()].flatMap(({ path, worker }) =>
      worker?.pid === undefined ? [] : [{ pid: worker.pid, path }],
    );
    this.options.onWorkers(resident);
  }

  private refreshBusy(): void {
    for (const resident of this.residents.values()) {
      if (resident.busy) void this.readMemory(resident);
    }
  }

  /** One request at a time: a worker that is held up must not find a heap of them afterwards. */
  private async readMemory(resident: Resident): Promise<void> {
    if (resident.isMemoryRead) return;
    resident.isMemoryRead = true;
    try {
      resident.memory = await resident.worker?.memory();
      this.changed.fire();
    } catch {
      // The worker ended; its own report says why.
    }
    resident.isMemoryRead = false;
  }

  private settingsKey(): string {
    return JSON.stringify({ ...this.options.settings.current.load, loras: [] });
  }
}

function describe(resident: Resident, unloadAt: number | undefined): ResidentModel {
  const { file, loaded, memory, lastTokensPerSecond, loadedAt } = resident;
  return {
    path: resident.path,
    name: modelName(resident.path),
    status: resident.status,
    activity: busiest([...resident.activities.values()]),
    loras: resident.loras,
    ...(file && { file }),
    ...(loaded && { loaded }),
    ...(memory && { memory }),
    ...(lastTokensPerSecond !== undefined && { lastTokensPerSecond }),
    ...(unloadAt !== undefined && { unloadAt }),
    ...(loadedAt !== undefined && { loadedAt }),
  };
}

/** Several answers at once: their speeds add up; reading a prompt shows only while nothing is being said. */
function busiest(activities: ModelActivity[]): ModelActivity {
  const speeds = activities.flatMap((activity) =>
    activity.kind === 'decode' ? [activity.tokensPerSecond] : [],
  );
  if (speeds.length > 0)
    return { kind: 'decode', tokensPerSecond: speeds.reduce((sum, speed) => sum + speed, 0) };
  return activities[0] ?? { kind: 'idle' };
}

function sameLoras(a: LoraAdapter[], b: LoraAdapter[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function hubStopping(): HearthError {
  return new HearthError(
    'worker-ended',
    "Hearth's background process is ending.",
    'The next message starts it again.',
  );
}

function loadCancelled(name: string): ErrorInfo {
  return {
    code: 'cancelled',
    message: `Loading ${name} was cancelled.`,
    advice: 'It is loaded again when you send a message, or with "Hearth: Reload Model".',
  };
}
