/** The hub's state as clients see it: changes are gathered for a moment, then sent as the fields that differ. */
import type { HubState } from '../../shared/protocol/system';
import { Emitter } from '../../shared/util/emitter';

const GATHER_MS = 80;

export class StatePublisher {
  private readonly published = new Emitter<{ sequence: number; patch: Partial<HubState> }>();
  readonly onPatch = this.published.event;
  private readonly sent = new Map<keyof HubState, string>();
  private timer: NodeJS.Timeout | undefined;
  private sequence = 0;

  constructor(private readonly read: () => HubState) {}

  /** Something may have changed. */
  touch(): void {
    this.timer ??= setTimeout(() => this.publish(), GATHER_MS);
  }

  /** The whole state, and the number after which patches follow. Everybody else gets what is outstanding first. */
  snapshot(): { sequence: number; state: HubState } {
    this.publish();
    return { sequence: this.sequence, state: this.read() };
  }

  private publish(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const state = this.read();
    const patch: Partial<HubState> = {
      ...(this.differs('models', state) && { models: state.models }),
      ...(this.differs('queue', state) && { queue: state.queue }),
      ...(this.differs('settings', state) && { settings: state.settings }),
    };
    if (Object.keys(patch).length === 0) return;
    this.sequence += 1;
    this.published.fire({ sequence: this.sequence, patch });
  }

  private differs(key: keyof HubState, state: HubState): boolean {
    const text = JSON.stringify(state[key]);
    if (this.sent.get(key) === text) return false;
    this.sent.set(key, text);
    return true;
  }
}
