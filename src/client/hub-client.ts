/** One connection to a hub that has answered the handshake. */
import { connect, type Socket } from 'node:net';
import {
  CancellationTokenSource,
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
  type NotificationType,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { errorInfo, HearthError, isErrorInfo, type ErrorInfo } from '../shared/protocol/errors';
import type { HubRecord } from '../shared/protocol/hub-record';
import { Info, PROTOCOL_VERSION, type ClientKind, type HubInfo } from '../shared/protocol/system';
import type { Disposable } from '../shared/util/disposable';
import { Emitter } from '../shared/util/emitter';

const HANDSHAKE_MS = 5_000;

export interface ClientIdentity {
  kind: ClientKind;
  /** Hearth's version. */
  version: string;
}

export class HubClient implements Disposable {
  private readonly closed = new Emitter<void>();
  readonly onClose = this.closed.event;
  private open = true;

  private constructor(
    private readonly connection: MessageConnection,
    private readonly socket: Socket,
    readonly info: HubInfo,
  ) {
    connection.onClose(() => this.end());
  }

  /**
   * Connects and says hello.
   * @throws HearthError `hub-unreachable` when nobody answers, or the hub's own refusal.
   */
  static async connect(record: HubRecord, identity: ClientIdentity): Promise<HubClient> {
    const socket = await openSocket(record.socket);
    const connection = createMessageConnection(
      new StreamMessageReader(socket),
      new StreamMessageWriter(socket),
    );
    connection.onError(() => socket.destroy());
    connection.listen();
    try {
      const info = await answered(
        socket,
        connection.sendRequest(Info, {
          token: record.token,
          protocol: PROTOCOL_VERSION,
          version: identity.version,
          kind: identity.kind,
        }),
      );
      return new HubClient(connection, socket, info);
    } catch (error) {
      connection.dispose();
      socket.destroy();
      throw toHearthError(error);
    }
  }

  /**
   * Sends a request. An aborted `signal` asks the hub to stop; the answer still comes when it has stopped.
   * @throws HearthError as the hub classified it, or `hub-lost` when the connection breaks first.
   */
  async request<P, R>(type: RequestType<P, R, ErrorInfo>, params: P, signal?: AbortSignal): Promise<R> {
    if (!this.open) throw hubLost();
    const cancellation = new CancellationTokenSource();
    const abort = (): void => cancellation.cancel();
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort);
    const lost = new Emitter<void>();
    const subscription = this.onClose(() => lost.fire());
    try {
      return await Promise.race([
        this.connection.sendRequest<R>(type.method, params, cancellation.token),
        new Promise<never>((_, reject) => lost.event(() => reject(hubLost()))),
      ]);
    } catch (error) {
      throw this.isOpen() ? toHearthError(error) : hubLost();
    } finally {
      subscription.dispose();
      signal?.removeEventListener('abort', abort);
      cancellation.dispose();
    }
  }

  on<P>(type: NotificationType<P>, handler: (params: P) => void): Disposable {
    return this.connection.onNotification(type, handler);
  }

  dispose(): void {
    this.connection.dispose();
    this.socket.destroy();
    this.end();
  }

  private isOpen(): boolean {
    return this.open;
  }

  private end(): void {
    if (!this.open) return;
    this.open = false;
    this.socket.destroy();
    this.closed.fire();
    this.closed.dispose();
  }
}

function openSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const timer = setTimeout(() => socket.destroy(new Error('no answer')), HANDSHAKE_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      // A broken connection is reported by the message reader; without a listener it would end the process.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(hubUnreachable(error.message));
    });
  });
}

/** The answer, unless it takes too long or the peer, which may be dying, hangs up first. */
function answered<T>(socket: Socket, answer: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(hubUnreachable('it did not answer the handshake')), HANDSHAKE_MS);
    socket.once('close', () => reject(hubUnreachable('it hung up')));
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function toHearthError(error: unknown): HearthError {
  if (error instanceof HearthError) return error;
  if (error instanceof ResponseError && isErrorInfo(error.data)) return HearthError.from(error.data);
  return HearthError.from(errorInfo(error));
}

function hubUnreachable(reason: string): HearthError {
  return new HearthError(
    'hub-unreachable',
    `Hearth's background process cannot be reached (${reason}).`,
    'Hearth starts a new one by itself; if that fails, the log says why.',
  );
}

export function hubLost(): HearthError {
  return new HearthError(
    'hub-lost',
    "The connection to Hearth's background process was lost.",
    'Hearth reconnects by itself; everything that was sent is kept.',
  );
}
