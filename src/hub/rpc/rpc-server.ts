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
import { otherProtocol } from '../../shared/protocol/other-protocol';
import {
  HandingOver,
  HandOver,
  Info,
  type HandOverParams,
  type HubInfo,
  type InfoParams,
} from '../../shared/protocol/system';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { SocketWriter } from './socket-writer';

/** A peer that has not said hello by then is cut off. */
const HELLO_MS = 10_000;

/** The reason of an abort that nobody asked for: the client is gone. */
export const CONNECTION_CLOSED = Symbol('the connection was closed');

/** What the server is told about what goes on in its sessions. */
export interface RpcWork {
  /** Lets a request in, until the returned object is disposed; it may have to wait, or for ever. */
  request: () => Promise<Disposable>;
  /** Somebody is there who must not be cut off, until the returned object is disposed. */
  command: () => Disposable;
  /** Somebody asks this hub to make way for a newer one. */
  handOver: (version: string) => void;
}

export type Handler<P, R> = (params: P, signal: AbortSignal) => R | Promise<R>;

/** One client that has said hello. */
export class RpcSession {
  readonly disposables = new DisposableStore();

  constructor(
    private readonly connection: MessageConnection,
    readonly hello: InfoParams,
    private readonly letIn: () => Promise<Disposable>,
  ) {}

  /** Answers a request; what the handler throws is classified, and a cancel aborts the signal. */
  handle<P, R>(type: RequestType<P, R, ErrorInfo>, handler: Handler<P, R>): void {
    this.connection.onRequest(type.method, async (params: P, token: CancellationToken) => {
      // For ever, when the hub that follows will answer: the client asks that one as soon as this connection closes.
      const inside = await this.letIn();
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
        inside.dispose();
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
  private leaving = false;

  constructor(
    private readonly token: string,
    private readonly info: HubInfo,
    private readonly work: RpcWork,
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

  /** From now on no request is answered and nobody let in: what comes is for the hub that follows. */
  leave(): void {
    this.leaving = true;
    this.broadcast(HandingOver, null);
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
    if (this.leaving) {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy());
    const connection = createMessageConnection(new StreamMessageReader(socket), new SocketWriter(socket));
    connection.onError(() => socket.destroy());
    const timer = setTimeout(() => socket.destroy(), HELLO_MS);
    let session: RpcSession | undefined;
    connection.onRequest(HandOver.method, ({ token, version }: HandOverParams) => {
      if (!this.isOurs(token)) return responseError(notAuthorized());
      this.work.handOver(version);
      return null;
    });
    connection.onRequest(Info.method, (params: InfoParams) => {
      const refusal = this.refusal(params);
      if (refusal !== undefined) {
        setTimeout(() => socket.destroy(), 100).unref();
        return responseError(refusal);
      }
      clearTimeout(timer);
      if (session === undefined) {
        session = new RpcSession(connection, params, () => this.work.request());
        // A command does not reconnect, and is soon done.
        if (params.kind === 'cli') session.disposables.add(this.work.command());
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
    if (!this.isOurs(params.token)) return notAuthorized();
    if (params.protocol === this.info.protocol) return undefined;
    return otherProtocol(this.info, params);
  }

  private isOurs(token: unknown): boolean {
    return typeof token === 'string' && sameToken(token, this.token);
  }
}

function notAuthorized(): HearthError {
  return new HearthError(
    'not-authorized',
    'The token is not the one of this hub.',
    'Only programs of the user who started Hearth may talk to it.',
  );
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
