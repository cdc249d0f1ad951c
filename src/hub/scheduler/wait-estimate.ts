/** How long who waits will still wait, from how long answers have taken so far. */
import type { Priority } from '../../shared/protocol/system';

/** How much the newest duration counts. */
const WEIGHT = 0.3;

export class WaitEstimate {
  private readonly means = new Map<Priority, number>();

  /** @param ms how long an answer took from its admission to its end */
  learn(priority: Priority, ms: number): void {
    const mean = this.means.get(priority);
    this.means.set(priority, mean === undefined ? ms : mean + WEIGHT * (ms - mean));
  }

  /**
   * The waits, in ms, of entries in the order in which they will be served; undefined where nothing is known yet.
   * Each slot that is taken now serves the next one when it is free.
   * @param running the priorities of the entries that hold a slot, and for how long they have, in ms
   */
  waits(
    running: readonly { priority: Priority; ms: number }[],
    waiting: readonly Priority[],
  ): (number | undefined)[] {
    // Who takes longer than others did may end at any moment.
    const free = running.map(({ priority, ms }) => this.left(priority, ms));
    return waiting.map((priority) => {
      const next = free.findIndex((time) => time === Math.min(...free));
      const wait = free[next];
      if (wait === undefined) return undefined;
      free[next] = wait + this.left(priority, 0);
      return Number.isFinite(wait) ? wait : undefined;
    });
  }

  private left(priority: Priority, ms: number): number {
    const mean = this.means.get(priority);
    return mean === undefined ? NaN : Math.max(0, mean - ms);
  }
}
