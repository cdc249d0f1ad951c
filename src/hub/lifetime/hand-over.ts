/** Makes way for a newer hub: once it was asked to, at the first moment when nobody would notice. */
import type { Disposable } from '../../shared/util/disposable';

export class HandOver {
  private wanted = false;
  private hasLeft = false;
  private scheduled = false;
  /** What must not be cut off and may take long: answers, commands. */
  private working = 0;
  private requests = 0;
  /** Requests that wait for the decision. Without a door, windows that ask all the time would put it off for ever. */
  private held: (() => void)[] | undefined;

  /**
   * @param isQuiet whether nothing runs that does not say so by `work`
   * @param leave called at most once; from then on no request is let in
   */
  constructor(
    private readonly isQuiet: () => boolean,
    private readonly leave: () => void,
  ) {}

  ask(): void {
    this.wanted = true;
    this.look();
  }

  /** Something runs that must not be cut off, until the returned object is disposed. */
  work(): Disposable {
    this.working += 1;
    this.look();
    return once(() => {
      this.working -= 1;
      this.look();
    });
  }

  /** Lets a request in, until the returned object is disposed; never, once this hub has left. */
  async request(): Promise<Disposable> {
    if (this.held !== undefined) await new Promise<void>((resolve) => this.held?.push(resolve));
    this.requests += 1;
    return once(() => {
      this.requests -= 1;
      this.look();
    });
  }

  /** `isQuiet` may have changed. Looks a moment later: what is ending now may begin the next thing at once. */
  look(): void {
    if (!this.wanted || this.hasLeft || this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.decide();
    });
  }

  private decide(): void {
    if (this.working > 0 || !this.isQuiet()) {
      const held = this.held;
      this.held = undefined;
      for (const letIn of held ?? []) letIn();
      return;
    }
    this.held ??= [];
    // One of those that are inside may begin an answer.
    if (this.requests > 0) return;
    this.hasLeft = true;
    this.leave();
  }
}

function once(act: () => void): Disposable {
  let isDone = false;
  return {
    dispose: () => {
      if (isDone) return;
      isDone = true;
      act();
    },
  };
}
