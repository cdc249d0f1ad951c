/** The models in memory: who is loaded, who is loading, who must go so that another fits. */
import { join } from 'node:path';
import { errorInfo, HearthError, type ErrorInfo } from '../../shared/protocol/errors';
import type { Figures } from '../../shared/protocol/figures';
import type { LoadChoice, ModelActivity, ModelRestart, ResidentModel } from '../../shared/protocol/models';
import type { LoraAdapter, ModelKeep } from '../../shared/protocol/settings';
import type { MemoryUse } from '../../shared/protocol/worker';
import { Emitter } from '../../shared/util/emitter';
import { ordinal } from '../../shared/util/format';
import { checkModel, modelName } from '../models/model-file';
import type { Admission } from '../scheduler/scheduler';
import type { MeasuredRunsFile } from '../storage/measured-runs-file';
import type { SettingsStore } from '../storage/settings-store';
import type { IdleModel } from '../lifetime/idle-unload';
import { choices, withWayOut } from './check-ram';
import { plannedLoad } from './load-forecast';
import type { LoadPlanner } from './load-planner';
import { measureLoad } from './measure-load';
import type { MemoryClaim } from './memory-claims';
import { LoadPreparation } from './prepare-load';
import { describeResident, memoryClaim, Resident, type Lane } from './resident';
import { RestartPolicy } from './restart-policy';
import { WorkerProcess, type WorkerLimits } from './worker-process';

/** How often the memory figures of a busy model are read anew. */
const MEMORY_MS = 2_000;

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
  /** Others may be unloaded for it, whatever the setting says. */
  makeRoom?: boolean;
}

export interface ModelHostOptions {
  workerFile: string;
  logFolder: string;
  limits?: Partial<WorkerLimits> | undefined;
  settings: SettingsStore;
  planner: LoadPlanner;
  measured: MeasuredRunsFile;
  /** Version of the GPU's driver. */
  readDriver: () => Promise<string | undefined>;
  log: (line: string) => void;
  /** After every change: the processes that hold models, and the models that are in memory or on their way there. */
  onWorkers: (pids: number[], models: string[]) => void;
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
  private readonly restarts = new RestartPolicy();
  /** Ends of workers that must be waited for before new memory is taken. */
  private leaving: Promise<void> = Promise.resolve();
  private readonly preparation: LoadPreparation;
  private clock = 0;
  private closed = false;

  constructor(private readonly options: ModelHostOptions) {
    this.preparation = new LoadPreparation({
      planner: options.planner,
      residents: this.residents,
      isPinned: (path) => this.keep(path) === 'pinned',
      makesRoomByItself: () => options.settings.current.makeRoom === 'auto',
      unload: (victims) => {
        victims.forEach((victim) => this.evict(victim));
        return this.leaving;
      },
    });
    this.memoryTimer = setInterval(() => this.refreshBusy(), MEMORY_MS);
    this.memoryTimer.unref();
  }

  /** A moment in the host's own order of events. */
  tick(): number {
    return ++this.clock;
  }

  /** @param unloadAt epoch ms at which a model will be unloaded, if that is known */
  snapshot(unloadAt: (path: string) => number | undefined): ResidentModel[] {
    return [...this.residents.values()].map((resident) =>
      describeResident(resident, this.keep(resident.path), unloadAt(resident.path)),
    );
  }

  find(path: string): ResidentModel | undefined {
    const resident = this.residents.get(path);
    return resident && describeResident(resident, this.keep(path), undefined);
  }

  /** The models in memory that nobody uses. */
  idle(): IdleModel[] {
    const now = performance.now();
    return [...this.residents.values()].flatMap(({ path, status, idleSince }) =>
      status.kind !== 'ready' || idleSince === undefined
        ? []
        : [{ path, idleMs: now - idleSince.steady, idleSince: idleSince.epoch }],
    );
  }

  /** True while no model is on its way into memory, or waits to be loaded again. */
  get isSettled(): boolean {
    return [...this.residents.values()].every(
      ({ status }) => status.kind !== 'loading' && (status.kind !== 'failed' || status.retryAt === undefined),
    );
  }

  /** The paths of all models in memory or on their way there. */
  resident(): string[] {
    return [...this.residents.values()].flatMap(({ path, status }) =>
      status.kind === 'failed' ? [] : [path],
    );
  }

  /** What each model in memory takes, and whether it would make room for another. */
  async claims(): Promise<MemoryClaim[]> {
    const there = [...this.residents.values()].filter(({ status }) => status.kind !== 'failed');
    return Promise.all(
      there.map(async (resident) => ({
        ...(await memoryClaim(resident)),
        stays: this.keep(resident.path) === 'pinned' || resident.isInUse,
        usedAt: resident.usedAt,
      })),
    );
  }

  /** The processes that hold models. */
  workers(): { pid: number; path: string }[] {
    return [...this.residents.values()].flatMap(({ path, worker }) =>
      worker?.pid === undefined ? [] : [{ pid: worker.pid, path }],
    );
  }

  /** Reads the memory figures of all loaded models anew, for somebody who watches them. */
  refreshMemory(): void {
    for (const resident of this.residents.values()) {
      if (resident.status.kind === 'ready') void this.readMemory(resident);
    }
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
      return this.admitNew(need.path, loras, resident.death, need.makeRoom);
    }
    if (resident === undefined) return this.admitNew(need.path, loras, undefined, need.makeRoom);
    if (resident.status.kind !== 'ready') return { kind: 'wait', blocks: false };
    const isOutdated = need.upToDate === true && resident.settingsKey !== this.settingsKey();
    if (isOutdated || !sameLoras(resident.loras, loras)) {
      if (resident.busy) return { kind: 'wait', blocks: true };
      this.evict(resident);
      return this.admitNew(need.path, loras, undefined, need.makeRoom);
    }
    const slots = need.lane === 'small' ? 1 : (resident.loaded?.sequences ?? 1);
    if (resident.running[need.lane] >= slots) return { kind: 'wait', blocks: false };
    resident.take(need.lane);
    resident.usedAt = this.tick();
    return {
      kind: 'admitted',
      release: () => {
        resident.release(need.lane);
        void this.readMemory(resident);
      },
    };
  }

  /**
   * Ends the model's process; its running requests fail with what they have. Resolves when the memory is free.
   * @param isComingBack it is loaded again at once, so who waits for it goes on waiting
   */
  async unload(path: string, isComingBack = false): Promise<void> {
    const resident = this.residents.get(path);
    if (resident === undefined) return;
    resident.loading.abort();
    // Who waits for this load would begin it anew.
    if (resident.status.kind === 'loading' && !isComingBack)
      this.fail(resident, loadCancelled(modelName(path)));
    this.evict(resident);
    await this.leaving;
  }

  /** Only while it is on its way: a model that is ready is not ended because another load of it was given up. */
  cancelLoad(path: string): void {
    const resident = this.residents.get(path);
    if (resident?.status.kind === 'loading') resident.loading.abort();
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

  /** What an answer that has ended measured. */
  reportFigures(path: string, { decodeTokensPerSecond, inputTokens, outputTokens }: Figures): void {
    const resident = this.residents.get(path);
    if (resident === undefined) return;
    resident.lastContextTokens = inputTokens + outputTokens;
    if (decodeTokensPerSecond <= 0) return;
    resident.lastTokensPerSecond = decodeTokensPerSecond;
    if (resident.runKey !== undefined) this.options.measured.addSpeed(resident.runKey, decodeTokensPerSecond);
  }

  /** How a model that was tried would fit; nothing without a plan of it. */
  less(path: string): LoadChoice[] {
    const prospect = this.residents.get(path)?.prospect;
    return prospect === undefined ? [] : choices(prospect);
  }

  async memory(path: string): Promise<MemoryUse> {
    return this.worker(path).memory();
  }

  private admitNew(
    path: string,
    loras: LoraAdapter[],
    restart?: ModelRestart,
    makesRoom?: boolean,
  ): Admission {
    const most = this.options.settings.current.maxLoadedModels;
    const others = [...this.residents.values()].filter((resident) => resident.status.kind !== 'failed');
    if (others.length >= most) {
      const loose = others.filter((other) => this.keep(other.path) !== 'pinned');
      if (loose.length === 0) return { kind: 'refused', error: allPinned(path, others) };
      const idle = loose
        .filter((resident) => !resident.busy && resident.status.kind === 'ready')
        .sort((a, b) => a.usedAt - b.usedAt);
      const victim = idle[0];
      if (victim === undefined) return { kind: 'wait', blocks: true };
      this.evict(victim);
    }
    this.dropFailed(most - Math.min(others.length, most - 1) - 1);
    const resident = new Resident(path, loras, this.settingsKey(), restart, makesRoom);
    this.residents.set(path, resident);
    this.changed.fire();
    void this.load(resident);
    return { kind: 'wait', blocks: false };
  }

  /**
   * A failed model is shown until another takes its place; one that will be tried again stays while there is room.
   * @param room for how many
   */
  private dropFailed(room: number): void {
    let left = room;
    for (const [path, { status }] of this.residents) {
      if (status.kind !== 'failed') continue;
      if (status.retryAt === undefined || left === 0) this.residents.delete(path);
      else left -= 1;
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
        limits: this.options.limits,
      });
      resident.worker = worker;
      this.reportWorkers();
      worker.onEnd((error) => this.died(resident, error.info));
      // Ending the process is the quickest way to stop a load, and frees all of its memory.
      signal.addEventListener('abort', () => void worker.stop(), { once: true });
      this.options.log(`loading ${path} in process ${worker.pid ?? 0}`);
      const settings = { ...this.options.settings.current.load, loras: resident.loras };
      await this.preparation.run(resident, worker, settings);
      signal.throwIfAborted();
      const plan = resident.prospect === undefined ? undefined : plannedLoad(resident.prospect);
      const params = { modelPath: path, settings, ...(plan && { planned: plan }) };
      resident.loaded = await worker.load(params, (progress) => {
        resident.status = { kind: 'loading', progress };
        this.changed.fire();
      });
      signal.throwIfAborted();
      resident.memory = await worker.memory();
      resident.loadedAt = Date.now();
      resident.upSince = performance.now();
      resident.status = { kind: 'ready' };
      resident.becomeIdle();
      this.options.log(
        `loaded ${path} in ${Math.round(resident.loaded.loadMs)} ms on ${resident.loaded.gpu}`,
      );
      void measureLoad(resident, this.options).then(() => this.changed.fire());
    } catch (error) {
      const info = signal.aborted ? loadCancelled(name) : withWayOut(errorInfo(error), resident.prospect);
      await resident.worker?.stop();
      this.fail(resident, info);
    }
    this.changed.fire();
    this.freed.fire();
  }

  /** The process ended by itself: the model comes back by itself, unless it keeps dying or would die again. */
  private died(resident: Resident, cause: ErrorInfo): void {
    const error = withWayOut(cause, resident.prospect);
    const upMs = resident.upSince === undefined ? 0 : performance.now() - resident.upSince;
    const delay = this.restarts.died(resident.path, upMs);
    if (delay === undefined) {
      this.fail(resident, givenUp(error, this.restarts.deaths(resident.path)));
      return;
    }
    this.fail(resident, error);
    if (this.closed || error.code === 'out-of-memory' || error.code === 'library-missing') return;
    if (this.residents.get(resident.path) !== resident) return;
    const at = Date.now();
    resident.death = { at, error };
    resident.status = { kind: 'failed', error, retryAt: at + delay };
    this.reportWorkers();
    this.changed.fire();
    setTimeout(() => {
      // A message may have brought it back earlier, or another model has taken its place.
      if (this.closed || this.residents.get(resident.path) !== resident) return;
      this.residents.delete(resident.path);
      this.options.log(`loading ${resident.path} again after its process ended`);
      this.admitNew(resident.path, resident.loras, resident.death);
      this.changed.fire();
    }, delay).unref();
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
    const coming = [...this.residents.values()].flatMap(({ path, status }) =>
      status.kind === 'failed' && status.retryAt === undefined ? [] : [path],
    );
    const pids = this.workers().map(({ pid }) => pid);
    this.options.onWorkers(pids, coming);
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

  private keep(path: string): ModelKeep | undefined {
    return this.options.settings.current.keep[path];
  }

  private settingsKey(): string {
    return JSON.stringify({ ...this.options.settings.current.load, loras: [] });
  }
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

function allPinned(path: string, others: readonly Resident[]): HearthError {
  const names = others.map((other) => modelName(other.path)).join(', ');
  return new HearthError(
    'model-pinned',
    `${modelName(path)} was not loaded: ${names} is pinned in memory, and there is room for no other model.`,
    'Unpin it with "Hearth: Keep Model in Memory…", unload it, or allow more models in "hearth.maxLoadedModels".',
  );
}

function givenUp(error: ErrorInfo, deaths: number): ErrorInfo {
  return {
    ...error,
    message: `${error.message} It was the ${ordinal(deaths)} time in a row, so Hearth does not load it again by itself.`,
    advice: 'Load it with less ("Reload with Less…"), or see what the log says.',
  };
}

function loadCancelled(name: string): ErrorInfo {
  return {
    code: 'cancelled',
    message: `Loading ${name} was cancelled.`,
    advice: 'It is loaded again when you send a message, or with "Hearth: Reload Model".',
  };
}
