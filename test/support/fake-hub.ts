/** A hub without a process: answers requests by functions, and says what it is told to say. */
import type { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { SessionState } from '../../src/client/hub-session';
import type { Hub } from '../../src/extension/connection/hub';
import { HearthError, type ErrorInfo } from '../../src/shared/protocol/errors';
import { disposable, type Disposable } from '../../src/shared/util/disposable';
import { Emitter } from '../../src/shared/util/emitter';

type Answer = (params: unknown, signal: AbortSignal | undefined) => unknown;

export class FakeHub implements Hub {
  private readonly changed = new Emitter<SessionState>();
  readonly onDidChange = this.changed.event;
  state: SessionState = { kind: 'connecting' };
  /** Every request, in order. */
  readonly requests: { method: string; params: unknown }[] = [];
  private readonly answers = new Map<string, Answer>();
  private readonly listeners = new Map<string, Set<(params: unknown) => void>>();

  answer<P, R>(
    type: RequestType<P, R, ErrorInfo>,
    respond: (params: P, signal: AbortSignal | undefined) => R | Promise<R>,
  ): void {
    this.answers.set(type.method, respond as Answer);
  }

  notify<P>(type: NotificationType<P>, params: P): void {
    for (const listener of this.listeners.get(type.method) ?? []) listener(params);
  }

  connect(): void {
    this.set({ kind: 'connected', client: { info: { protocol: 1, version: '0', pid: 1 } } as never });
  }

  disconnect(): void {
    this.set({ kind: 'connecting' });
  }

  giveUp(error: ErrorInfo): void {
    this.set({ kind: 'failed', error });
  }

  stop(): Promise<boolean> {
    return Promise.resolve(true);
  }

  retry(): void {
    if (this.state.kind === 'failed') this.connect();
  }

  async request<P, R>(type: RequestType<P, R, ErrorInfo>, params: P, signal?: AbortSignal): Promise<R> {
    this.requests.push({ method: type.method, params });
    const respond = this.answers.get(type.method);
    if (respond === undefined) throw new HearthError('bad-request', `No answer to ${type.method}.`, '');
    return (await respond(params, signal)) as R;
  }

  on<P>(type: NotificationType<P>, handler: (params: P) => void): Disposable {
    const listeners = this.listeners.get(type.method) ?? new Set();
    this.listeners.set(type.method, listeners);
    const listener = handler as (params: unknown) => void;
    listeners.add(listener);
    return disposable(() => listeners.delete(listener));
  }

  private set(state: SessionState): void {
    this.state = state;
    this.changed.fire(state);
  }
}
