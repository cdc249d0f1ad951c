/** Unloads models that nobody has used for a while, as the settings and the user's choice for each say. */
import type { HubSettings, ModelKeep } from '../../shared/protocol/settings';
import type { Disposable } from '../../shared/util/disposable';

/** Longer waits overflow a timer. */
const LONGEST_MS = 2 ** 31 - 1;

/** A model in memory that nobody is using. */
export interface IdleModel {
  path: string;
  /** How long it has been idle, in ms, and since when in epoch ms. */
  idleMs: number;
  idleSince: number;
}

export interface IdleUnloadDeps {
  settings: () => Pick<HubSettings, 'idleMinutes' | 'keep'>;
  idle: () => IdleModel[];
  /** Every model in memory. */
  resident: () => string[];
  unload: (path: string) => void;
  /** Keeps the hub alive until disposed. */
  hold: () => Disposable;
}

export class IdleUnload implements Disposable {
  private timer: NodeJS.Timeout | undefined;
  private pin: Disposable | undefined;

  constructor(private readonly deps: IdleUnloadDeps) {}

  /** Looks again: models or settings changed. */
  update(): void {
    clearTimeout(this.timer);
    let next = LONGEST_MS;
    for (const { path, idleMs } of this.deps.idle()) {
      const left = this.limit(path) - idleMs;
      if (left <= 0) this.deps.unload(path);
      else next = Math.min(next, left);
    }
    this.timer = setTimeout(() => this.update(), next);
    // Models come and go while the hub waits to end; only one whose user has said how long it stays keeps it.
    this.timer.unref();
    this.holdForKept();
  }

  /** Epoch ms at which the model goes though windows are open; undefined if it is in use, or stays. */
  unloadsAt(path: string): number | undefined {
    const model = this.deps.idle().find((idle) => idle.path === path);
    const limit = this.limit(path);
    return model === undefined || limit === Infinity ? undefined : model.idleSince + limit;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.pin?.dispose();
  }

  /** ms. */
  private limit(path: string): number {
    const { keep, idleMinutes } = this.deps.settings();
    const own: ModelKeep | undefined = keep[path];
    if (own === 'pinned') return Infinity;
    const minutes = own ?? idleMinutes;
    return minutes === null ? Infinity : minutes * 60_000;
  }

  /** For a pinned model, and for one with a time of its own, which ends with its unload. */
  private holdForKept(): void {
    const { keep } = this.deps.settings();
    const isKept = this.deps.resident().some((path) => keep[path] !== undefined);
    if (isKept) this.pin ??= this.deps.hold();
    else {
      this.pin?.dispose();
      this.pin = undefined;
    }
  }
}
