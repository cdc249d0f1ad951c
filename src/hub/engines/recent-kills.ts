/** How many processes Linux has killed for want of memory in the last seconds. */
import { readFileSync } from 'node:fs';
import type { Disposable } from '../../shared/util/disposable';

/** A kill is known this long at least, and twice as long at most: an older one has ended something else. */
const RECENT_MS = 5_000;

export class RecentKills implements Disposable {
  private before: number | undefined;
  private latest: number | undefined;
  private readonly timer: NodeJS.Timeout;

  /** @param read how many there have been since the system was started; undefined where nobody counts them */
  constructor(private readonly read: () => number | undefined = readKills) {
    this.before = this.latest = read();
    this.timer = setInterval(() => {
      this.before = this.latest;
      this.latest = read();
    }, RECENT_MS);
    this.timer.unref();
  }

  /** Undefined on systems that do not count them. */
  count(): number | undefined {
    const now = this.read();
    return now === undefined ? undefined : now - (this.before ?? now);
  }

  dispose(): void {
    clearInterval(this.timer);
  }
}

function readKills(): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}
