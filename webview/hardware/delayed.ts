/** Does the last of several things, when no other has come for a while. */
export class Delayed {
  private pending: { action: () => void; timer: ReturnType<typeof setTimeout> } | undefined;

  /** @param ms how long nothing else must come */
  constructor(private readonly ms: number) {}

  later(action: () => void): void {
    this.cancel();
    this.pending = { action, timer: setTimeout(() => this.now(), this.ms) };
  }

  /** What waits is done at once. */
  now(): void {
    const action = this.pending?.action;
    this.cancel();
    action?.();
  }

  cancel(): void {
    clearTimeout(this.pending?.timer);
    this.pending = undefined;
  }
}
