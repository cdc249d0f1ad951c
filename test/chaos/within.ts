/** Waits that end: what hangs is a finding, not a test that never ends. */

/** For what must happen at all. Long: beside other work a loaded machine may give a process no time for a minute. */
export const PATIENCE_MS = 300_000;

export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`not within ${ms / 1000} s: ${what}`)), ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
