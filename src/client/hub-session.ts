/** A connection that comes back: what a window holds for as long as it is open. */
import type { NotificationType, RequestType } from 'vscode-jsonrpc';
import { errorInfo, HearthError, type ErrorInfo } from '../shared/protocol/errors';
import { HandingOver, HubStopping, PROTOCOL_VERSION } from '../shared/protocol/system';
import { disposable, DisposableStore, type Disposable } from '../shared/util/disposable';
import { Emitter } from '../shared/util/emitter';
import { hubLost, type ClientIdentity, type HubClient } from './hub-client';
import { handOverIfNewer } from './ask-hand-over';
import { readHubRecord } from './read-hub-record';
import { connectToHub, type HubLocation } from './start-hub';
import { stopHub } from './stop-hub';

/** Waits between attempts; after the last one the session gives up until `retry`. */
const RETRY_MS = [0, 200, 500, 1_000, 2_000];
/** A hub that ends sooner counts as a failure, so that one that always dies is not started for ever. */
const STABLE_MS = 5_000;
/** How often to look whether an older hub has finished its work. */
const OLDER_HUB_MS = 3_000;

const STOPPED: ErrorInfo = {
  code: 'hub-lost',
  message: 'Hearth was stopped, and the memory of its models is free.',
  advice: 'It starts again with the next message, or with "Retry".',
};

export type SessionState =
  { kind: 'connecting' } | { kind: 'connected'; client: HubClient } | { kind: 'failed'; error: ErrorInfo };

export class HubSession implements Disposable {
  private readonly changed = new Emitter<SessionState>();
  /** Fires after every change; `connected` is also the moment to subscribe anew. */
  readonly onDidChange = this.changed.event;
  private current: SessionState = { kind: 'connecting' };
  private readonly handlers = new Set<(client: HubClient) => Disposable>();
  private disposed = false;
  /** Quietly trying again, while `failed` is what the window shows. */
  private isLooking = false;
  /** The user ended the hub: none is started until something needs it. */
  private stopped = false;
  /** How often; an attempt that was under way meanwhile comes to nothing. */
  private stops = 0;
  /** Requests that wait for the connection. */
  private readonly waiting = new Set<(error: HearthError) => void>();
  private timer: NodeJS.Timeout | undefined;
  /** Connections whose hub makes way for a newer one. */
  private readonly left = new WeakSet<HubClient>();
  /** Older hubs that were asked to make way. */
  private readonly asked = new Set<string>();

  /** @param onTrouble told what goes wrong without ending the connection */
  constructor(
    private readonly location: HubLocation,
    private readonly identity: ClientIdentity,
    private readonly onTrouble: (error: unknown) => void = () => undefined,
  ) {}

  get state(): SessionState {
    return this.current;
  }

  /** Begins to connect. Failures show in `state`. */
  start(): void {
    this.attempt(0);
  }

  /** Tries again after `failed`. */
  retry(): void {
    // A look that is under way is an attempt already.
    if (this.current.kind !== 'failed' || this.isLooking) return;
    clearTimeout(this.timer);
    this.stopped = false;
    this.attempt(0);
  }

  /**
   * Ends the hub, also one that hangs. None is started until something needs it.
   * @returns false when there was none
   * @throws HearthError when it cannot be ended
   */
  async stop(): Promise<boolean> {
    this.stopped = true;
    this.stops += 1;
    clearTimeout(this.timer);
    try {
      const wasThere = await stopHub(this.location.home, this.identity);
      if (this.current.kind === 'connecting') this.set({ kind: 'failed', error: STOPPED });
      return wasThere;
    } catch (error) {
      if (this.current.kind === 'connecting') this.set({ kind: 'failed', error: errorInfo(error) });
      throw error;
    }
  }

  /**
   * Sends a request, waiting for the connection if it is being made. A hub that the user had stopped is started again.
   * @throws HearthError the hub's, or the reason why there is no hub.
   */
  async request<P, R>(type: RequestType<P, R, ErrorInfo>, params: P, signal?: AbortSignal): Promise<R> {
    if (this.stopped) this.retry();
    for (;;) {
      const client = await this.connected();
      try {
        return await client.request(type, params, signal);
      } catch (error) {
        // A hub that makes way has done nothing of what it has not answered.
        if (!this.left.has(client) || errorInfo(error).code !== 'hub-lost' || signal?.aborted === true)
          throw error;
      }
    }
  }

  /** Listens on this connection and every later one. */
  on<P>(type: NotificationType<P>, handler: (params: P) => void): Disposable {
    const subscriptions = new DisposableStore();
    const subscribe = (client: HubClient): Disposable => subscriptions.add(client.on(type, handler));
    this.handlers.add(subscribe);
    if (this.current.kind === 'connected') subscribe(this.current.client);
    return disposable(() => {
      this.handlers.delete(subscribe);
      subscriptions.dispose();
    });
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    if (this.current.kind === 'connected') this.current.client.dispose();
    this.changed.dispose();
    for (const giveUp of this.waiting) giveUp(hubLost());
  }

  private connected(): Promise<HubClient> {
    return new Promise((resolve, reject) => {
      if (this.disposed) reject(hubLost());
      this.waiting.add(reject);
      const settle = (state: SessionState): boolean => {
        if (state.kind === 'connecting') return false;
        this.waiting.delete(reject);
        if (state.kind === 'connected') resolve(state.client);
        else reject(HearthError.from(state.error));
        return true;
      };
      if (settle(this.current)) return;
      const subscription = this.onDidChange((state) => {
        if (settle(state)) subscription.dispose();
      });
    });
  }

  private attempt(failures: number): void {
    this.set({ kind: 'connecting' });
    this.timer = setTimeout(() => void this.connect(failures), RETRY_MS[failures] ?? 0);
  }

  private async connect(failures: number): Promise<void> {
    const { stops } = this;
    try {
      const client = await connectToHub(this.location, this.identity);
      if (this.disposed || stops !== this.stops) {
        client.dispose();
        if (!this.disposed) await stopHub(this.location.home, this.identity).catch(this.onTrouble);
        return;
      }
      for (const subscribe of this.handlers) subscribe(client);
      const since = performance.now();
      this.stopped = false;
      client.on(HubStopping, () => {
        this.stopped = true;
      });
      client.on(HandingOver, () => this.left.add(client));
      client.onClose(() => {
        if (this.disposed) return;
        if (this.left.has(client)) this.attempt(0);
        else if (this.stopped) this.set({ kind: 'failed', error: STOPPED });
        else if (performance.now() - since < STABLE_MS) this.failed(failures, hubLost());
        else this.attempt(0);
      });
      this.set({ kind: 'connected', client });
      handOverIfNewer(this.location, this.identity, client.info, this.asked).catch(this.onTrouble);
    } catch (error) {
      if (stops === this.stops) this.failed(failures, error);
    }
  }

  private failed(failures: number, error: unknown): void {
    if (this.disposed) return;
    if (errorInfo(error).code === 'protocol-mismatch') {
      this.set({ kind: 'failed', error: errorInfo(error) });
      void this.awaitOlderHub();
      return;
    }
    if (failures + 1 < RETRY_MS.length) this.attempt(failures + 1);
    else this.set({ kind: 'failed', error: errorInfo(error) });
  }

  /** An older hub ends when its work is done, and this window need not be told to try again. */
  private async awaitOlderHub(): Promise<void> {
    const record = await readHubRecord(this.location.home);
    // The user may have asked to try again meanwhile, or closed the window.
    if (this.current.kind !== 'failed' || this.disposed) return;
    if (record === undefined || record.protocol >= PROTOCOL_VERSION) return;
    this.timer = setTimeout(() => {
      this.isLooking = true;
      void this.connect(0).finally(() => (this.isLooking = false));
    }, OLDER_HUB_MS);
  }

  private set(state: SessionState): void {
    this.current = state;
    this.changed.fire(state);
  }
}
