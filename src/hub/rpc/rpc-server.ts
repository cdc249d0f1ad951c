/** The user-only local socket: whoever connects must first say hello with the token. */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { timingSafeEqual } from 'node:crypto';
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  type CancellationToken,
  type MessageConnection,
  type NotificationType,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { errorInfo, HearthError, type ErrorInfo } from '../../shared/protocol/errors';
import { Info, PROTOCOL_VERSION, type HubInfo, type InfoParams } from '../../shared/protocol/system';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { SocketWriter } from './socket-writer';

/** A peer that has not said hello by then is cut off. */
const HELLO_MS = 10_000;

/** The reason of an abort that nobody asked for: the client is gone. */
export const CONNECTION_CLOSED = Symbol('the connection was closed');

export type Handler<P, R> = (params: P, signal: AbortSignal) => R | Promise<R>;

/** One client that has said hello. */
export class RpcSession {
  readonly disposables = new DisposableStore();

  constructor(
    private readonly connection: MessageConnection,
    readonly hello: InfoParams,
  ) {}

  /** Answers a request; what the handler throws is classified, and a cancel aborts the signal. */
  handle<P, R>(type: RequestType<P, R, ErrorInfo>, handler: Handler<P, R>): void {
    this.connection.onRequest(type.method, async (params: P, token: CancellationToken) => {
      const controller = new AbortController();
      const closed = this.disposables.add({ dispose: () => controller.abort(CONNECTION_CLOSED) });
      const cancelled = token.onCancellationRequested(() => controller.abort());
      try {
        return await handler(params, controller.signal);
      } catch (error) {
        return responseError(error);
      } finally {
        cancelled.dispose();
        this.disposables.remove(closed);
      }
    });
  }

  notify<P>(type: NotificationType<P>, params: P): void {
    // A client that is gone is noticed by its close; what was meant for it has no other reader.
    this.connection.sendNotification(type.method, params).catch(() => undefined);
  }
}

export class RpcServer implements Disposable {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly sessions = new Set<RpcSession>();

  constructor(
    private readonly token: string,
    private readonly info: HubInfo,
    private readonly onSession: (session: RpcSession) => void,
  ) {
    this.server = createServer((socket) => this.accept(socket));
  }

  /** Listens on a socket that only this user may open. */
  listen(path: string): Promise<void> {
    if (process.platform !== 'win32') rmSync(path, { force: true });
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(path, () => {
        if (process.platform !== 'win32') chmodSync(path, 0o600);
        resolve();
      });
    });
  }

  dispose(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  /** Tells every client that has said hello. */
  broadcast<P>(type: NotificationType<P>, params: P): void {
    for (const session of this.sessions) session.notify(type, params);
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    const connection = createMessageConnection(new StreamMessageReader(socket), new SocketWriter(socket));
    connection.onError(() => socket.destroy());
    const timer = setTimeout(() => socket.destroy(), HELLO_MS);
    let session: RpcSession | undefined;
    connection.onRequest(Info.method, (params: InfoParams) => {
      const refusal = this.refusal(params);
      if (refusal !== undefined) {
        setTimeout(() => socket.destroy(), 100).unref();
        return responseError(refusal);
      }
      clearTimeout(timer);
      if (session === undefined) {
        session = new RpcSession(connection, params);
        this.sessions.add(session);
        this.onSession(session);
      }
      return this.info;
    });
    socket.on('close', () => {
      clearTimeout(timer);
      this.sockets.delete(socket);
      if (session !== undefined) this.sessions.delete(session);
      session?.disposables.dispose();
      connection.dispose();
    });
    connection.listen();
  }

  private refusal(params: InfoParams): HearthError | undefined {
    if (typeof params.token !== 'string' || !sameToken(params.token, this.token)) {
      return new HearthError(
        'not-authorized',
        'The token is not the one of this hub.',
        'Only programs of the user who started Hearth may talk to it.',
      );
    }
    if (params.protocol === PROTOCOL_VERSION) return undefined;
    return new HearthError(
      'protocol-mismatch',
      `Hearth's background process speaks version ${PROTOCOL_VERSION}, this window version ${params.protocol}.`,
      'Reload the windows that still run the older version, or stop the process with "hearth stop".',
    );
  }
}

function sameToken(given: string, own: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(own);
  return a.length === b.length && timingSafeEqual(a, b);
}

function responseError(error: unknown): ResponseError<ErrorInfo> {
  const info = errorInfo(error);
  return new ResponseError(1, info.message, info);
}
