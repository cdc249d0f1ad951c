/** The last minutes, and no more. */
export class SampleRing<T> {
  private readonly samples: T[] = [];

  /** @param most samples that are kept */
  constructor(private readonly most: number) {}

  add(sample: T): void {
    this.samples.push(sample);
    if (this.samples.length > this.most) this.samples.shift();
  }

  clear(): void {
    this.samples.length = 0;
  }

  /** Oldest first. */
  get all(): T[] {
    return [...this.samples];
  }
}
