/** A connection that comes back: what a window holds for as long as it is open. */
import type { NotificationType, RequestType } from 'vscode-jsonrpc';
import { errorInfo, HearthError, type ErrorInfo } from '../shared/protocol/errors';
import { HubStopping } from '../shared/protocol/system';
import { disposable, DisposableStore, type Disposable } from '../shared/util/disposable';
import { Emitter } from '../shared/util/emitter';
import { hubLost, type ClientIdentity, type HubClient } from './hub-client';
import { connectToHub, type HubLocation } from './start-hub';

/** Waits between attempts; after the last one the session gives up until `retry`. */
const RETRY_MS = [0, 200, 500, 1_000, 2_000];
/** A hub that ends sooner counts as a failure, so that one that always dies is not started for ever. */
const STABLE_MS = 5_000;

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
  /** The user ended the hub: none is started until something needs it. */
  private stopped = false;
  /** Requests that wait for the connection. */
  private readonly waiting = new Set<(error: HearthError) => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly location: HubLocation,
    private readonly identity: ClientIdentity,
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
    if (this.current.kind === 'failed') this.attempt(0);
  }

  /**
   * Sends a request, waiting for the connection if it is being made. A hub that the user had stopped is started again.
   * @throws HearthError the hub's, or the reason why there is no hub.
   */
  async request<P, R>(type: RequestType<P, R, ErrorInfo>, params: P, signal?: AbortSignal): Promise<R> {
    if (this.stopped) this.retry();
    const client = await this.connected();
    return client.request(type, params, signal);
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
    try {
      const client = await connectToHub(this.location, this.identity);
      if (this.disposed) {
        client.dispose();
        return;
      }
      for (const subscribe of this.handlers) subscribe(client);
      const since = Date.now();
      this.stopped = false;
      client.on(HubStopping, () => {
        this.stopped = true;
      });
      client.onClose(() => {
        if (this.disposed) return;
        if (this.stopped) this.set({ kind: 'failed', error: STOPPED });
        else if (Date.now() - since < STABLE_MS) this.failed(failures, hubLost());
        else this.attempt(0);
      });
      this.set({ kind: 'connected', client });
    } catch (error) {
      this.failed(failures, error);
    }
  }

  private failed(failures: number, error: unknown): void {
    if (this.disposed) return;
    if (failures + 1 < RETRY_MS.length) this.attempt(failures + 1);
    else this.set({ kind: 'failed', error: errorInfo(error) });
  }

  private set(state: SessionState): void {
    this.current = state;
    this.changed.fire(state);
  }
}
