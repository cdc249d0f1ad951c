/** A mirror of the hub's state, kept current over any number of reconnects. */
import type { ErrorInfo } from '../../shared/protocol/errors';
import { StateChanged, SubscribeState, type HubState } from '../../shared/protocol/system';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { Emitter } from '../../shared/util/emitter';
import type { Hub } from './hub';

export type HubStatus =
  { kind: 'connecting' } | { kind: 'connected'; state: HubState } | { kind: 'failed'; error: ErrorInfo };

interface Patch {
  sequence: number;
  patch: Partial<HubState>;
}

export class HubStore implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly changed = this.subscriptions.add(new Emitter<HubStatus>());
  readonly onDidChange = this.changed.event;
  private current: HubStatus = { kind: 'connecting' };
  private sequence = 0;
  /** Patches that came before the snapshot they belong to; undefined while there is a snapshot. */
  private early: Patch[] | undefined = [];

  constructor(private readonly hub: Hub) {
    this.subscriptions.add(hub.on(StateChanged, (change) => this.accept(change)));
    this.subscriptions.add(hub.onDidChange(() => this.follow()));
    this.follow();
  }

  get status(): HubStatus {
    return this.current;
  }

  /** Undefined while there is no hub. */
  get state(): HubState | undefined {
    return this.current.kind === 'connected' ? this.current.state : undefined;
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private follow(): void {
    const session = this.hub.state;
    if (session.kind === 'connected') {
      void this.subscribe();
      return;
    }
    this.early = [];
    this.set(session.kind === 'failed' ? session : { kind: 'connecting' });
  }

  private async subscribe(): Promise<void> {
    this.early = [];
    const session = this.hub.state;
    try {
      const { sequence, state } = await this.hub.request(SubscribeState, null);
      if (this.hub.state !== session) return; // Another connection has taken over and subscribes itself.
      const patches = this.early;
      this.early = undefined;
      this.sequence = sequence;
      this.set({ kind: 'connected', state });
      for (const patch of patches) this.accept(patch);
    } catch {
      // The connection broke; the session reconnects and `follow` runs again.
    }
  }

  private accept(change: Patch): void {
    if (this.early !== undefined) {
      this.early.push(change);
      return;
    }
    if (change.sequence <= this.sequence || this.current.kind !== 'connected') return;
    if (change.sequence !== this.sequence + 1) {
      void this.subscribe();
      return;
    }
    this.sequence = change.sequence;
    this.set({ kind: 'connected', state: { ...this.current.state, ...change.patch } });
  }

  private set(status: HubStatus): void {
    this.current = status;
    this.changed.fire(status);
  }
}
