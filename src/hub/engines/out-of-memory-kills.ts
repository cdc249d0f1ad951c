/** How many processes Linux has killed for want of memory since it was started. */
import { readFileSync } from 'node:fs';

/** Undefined on systems that do not count them. */
export function outOfMemoryKills(): number | undefined {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}
