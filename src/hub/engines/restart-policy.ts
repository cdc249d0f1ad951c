/** When a model whose process died is loaded again by itself, and when that is given up. Pure. */

/** Who dies sooner after the last load has not recovered. */
const FAST_MS = 60_000;
/** Before the first, second, … attempt. After the last one, it stops trying. */
const DELAYS_MS = [1_000, 2_000, 5_000, 15_000] as const;

export class RestartPolicy {
  private readonly fastDeaths = new Map<string, number>();

  /**
   * @param upMs how long the model had been loaded; 0 if it died while it was being loaded
   * @returns after how many ms to load it again; undefined after five fast deaths in a row
   */
  died(path: string, upMs: number): number | undefined {
    const before = upMs < FAST_MS ? (this.fastDeaths.get(path) ?? 0) : 0;
    this.fastDeaths.set(path, before + 1);
    return DELAYS_MS[before];
  }

  /** How many fast deaths there have been in a row. */
  deaths(path: string): number {
    return this.fastDeaths.get(path) ?? 0;
  }
}
