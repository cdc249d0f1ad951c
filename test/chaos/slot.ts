/** One value that a client may change: what was acknowledged, and what was asked for without an answer yet. */
export class Slot<T> {
  private asked: T[] = [];

  constructor(private known: T) {}

  get value(): T {
    return this.known;
  }

  ask(value: T): void {
    this.asked.push(value);
  }

  acknowledge(value: T): void {
    this.known = value;
    this.asked = [];
  }

  /** What is wrong with the value that the hub tells, if anything; it is what is known from then on. */
  check(what: string, told: T): string[] {
    const expected = [this.known, ...this.asked];
    this.acknowledge(told);
    return expected.includes(told)
      ? []
      : [
          `${what} is ${JSON.stringify(told)} instead of ${expected.map((one) => JSON.stringify(one)).join(' or ')}`,
        ];
  }

  /** As `check`, but anything goes while `open` is still possible. */
  checkUnless(open: T, what: string, told: T): string[] {
    if (![this.known, ...this.asked].includes(open)) return this.check(what, told);
    // It stays open whether the hub chose this value: only one that was asked for settles it.
    if (this.asked.includes(told)) this.acknowledge(told);
    else this.acknowledge(open);
    return [];
  }
}
