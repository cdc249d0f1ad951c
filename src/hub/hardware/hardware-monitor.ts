/** Looks at the machine about once a second while somebody watches, and never otherwise. */
import type { HardwareSample, HardwareSnapshot } from '../../shared/protocol/hardware';
import { disposable, type Disposable } from '../../shared/util/disposable';
import { Emitter } from '../../shared/util/emitter';
import { SampleRing } from './sample-ring';

const SAMPLE_MS = 1_000;
/** Five minutes. */
const MOST_SAMPLES = 300;

export interface HardwareMonitorOptions {
  look: () => Promise<HardwareSnapshot>;
  /** A look that failed; the next one comes all the same. */
  onError: (error: unknown) => void;
  /** Calls back once, later; tests bring their own. */
  after?: (ms: number, act: () => void) => Disposable;
}

export class HardwareMonitor {
  private readonly seen = new Emitter<HardwareSnapshot>();
  private readonly samples = new SampleRing<HardwareSample>(MOST_SAMPLES);
  private watchers = 0;
  private next: Disposable | undefined;
  /** The look that is going on: a second one would only ask the same. */
  private looking: Promise<HardwareSnapshot> | undefined;

  constructor(private readonly options: HardwareMonitorOptions) {}

  /** The last minutes, oldest first; only what was seen while somebody watched. */
  get history(): HardwareSample[] {
    return this.samples.all;
  }

  /** @throws HearthError why the machine cannot be read */
  read(): Promise<HardwareSnapshot> {
    this.looking ??= this.options.look().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** Calls back with every look until the returned object is disposed. */
  watch(onSnapshot: (snapshot: HardwareSnapshot) => void): Disposable {
    const listener = this.seen.event(onSnapshot);
    this.watchers += 1;
    if (this.watchers === 1) {
      // What was seen before the pause would be drawn as if it had been just now.
      this.samples.clear();
      this.schedule();
    }
    return disposable(() => {
      listener.dispose();
      this.watchers -= 1;
      if (this.watchers > 0) return;
      this.next?.dispose();
      this.next = undefined;
    });
  }

  private schedule(): void {
    this.next ??= (this.options.after ?? timer)(SAMPLE_MS, () => void this.sample());
  }

  private async sample(): Promise<void> {
    this.next = undefined;
    try {
      const snapshot = await this.read();
      if (this.watchers > 0) {
        this.samples.add(snapshot.sample);
        this.seen.fire(snapshot);
      }
    } catch (error) {
      this.options.onError(error);
    }
    // After the look, not beside it: a slow tool is asked less often. Somebody may have begun to watch anew meanwhile.
    if (this.watchers > 0) this.schedule();
  }
}

function timer(ms: number, act: () => void): Disposable {
  const timeout = setTimeout(act, ms);
  timeout.unref();
  return disposable(() => clearTimeout(timeout));
}
