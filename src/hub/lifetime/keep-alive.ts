/** Decides when nobody needs the hub any more. */
import type { Disposable } from '../../shared/util/disposable';

/** Whoever has just started the hub needs a moment to say hello. */
const FIRST_MS = 10_000;

/** Counts reasons to stay; calls `onIdle` when there has been none for the given time. */
export class KeepAlive implements Disposable {
  private reasons = 0;
  private wasHeld = false;
  private timer: NodeJS.Timeout | undefined;
  private until: number | undefined;

  constructor(
    private readonly minutes: () => number,
    private readonly onIdle: () => void,
    private readonly onChange: () => void,
  ) {}

  /** Counts from now on. */
  start(): void {
    if (this.reasons === 0) this.arm();
  }

  /** Epoch milliseconds at which the hub will end, or undefined while something keeps it. */
  get endsAt(): number | undefined {
    return this.until;
  }

  /** An open window, a running request: stays until disposed. */
  hold(): Disposable {
    this.reasons += 1;
    this.wasHeld = true;
    this.disarm();
    let held = true;
    return {
      dispose: () => {
        if (!held) return;
        held = false;
        this.reasons -= 1;
        if (this.reasons === 0) this.arm();
      },
    };
  }

  dispose(): void {
    this.disarm();
  }

  private arm(): void {
    clearTimeout(this.timer);
    // Longer waits overflow the timer, which would then fire at once.
    const ms = Math.min(Math.max(this.minutes() * 60_000, this.wasHeld ? 0 : FIRST_MS), 2 ** 31 - 1);
    this.until = Date.now() + ms;
    this.timer = setTimeout(this.onIdle, ms);
    this.onChange();
  }

  private disarm(): void {
    clearTimeout(this.timer);
    if (this.until === undefined) return;
    this.until = undefined;
    this.onChange();
  }
}
