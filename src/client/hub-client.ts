/** One connection to a hub that has answered the handshake. */
import { connect, type Socket } from 'node:net';
import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type Message,
  type MessageConnection,
  type MessageStrategy,
  type NotificationType,
  type RequestType,
} from 'vscode-jsonrpc/node';
import { errorInfo, HearthError, isErrorInfo, type ErrorInfo } from '../shared/protocol/errors';
import type { HubRecord } from '../shared/protocol/hub-record';
import { Info, PROTOCOL_VERSION, type ClientKind, type HubInfo } from '../shared/protocol/system';
import type { Disposable } from '../shared/util/disposable';
import { Emitter } from '../shared/util/emitter';

const HANDSHAKE_MS = 5_000;
/** Turns of the event loop in which a message that has arrived is surely on its way; each takes two or three. */
const QUIET_TURNS = 6;

export interface ClientIdentity {
  kind: ClientKind;
  /** Hearth's version. */
  version: string;
}

export class HubClient implements Disposable {
  private readonly closed = new Emitter<void>();
  readonly onClose = this.closed.event;
  private open = true;
  private readonly notifications = new Map<string, Emitter<unknown>>();
  /** The connection has closed, and what it still brought is being read. */
  private ending: Promise<void> | undefined;

  private constructor(
    private readonly connection: MessageConnection,
    private readonly socket: Socket,
    readonly info: HubInfo,
    messages: MessageCounter,
  ) {
    connection.onClose(() => (this.ending = this.endAfter(messages)));
  }

  /**
   * Connects and says hello.
   * @throws HearthError `hub-unreachable` when nobody answers, or the hub's own refusal.
   */
  static async connect(record: HubRecord, identity: ClientIdentity): Promise<HubClient> {
    const socket = await openSocket(record.socket);
    const messages = new MessageCounter();
    const connection = createMessageConnection(
      new StreamMessageReader(socket),
      new StreamMessageWriter(socket),
      undefined,
      { messageStrategy: messages },
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
      return new HubClient(connection, socket, info, messages);
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
      await this.ending;
      throw this.isOpen() ? toHearthError(error) : hubLost();
    } finally {
      subscription.dispose();
      signal?.removeEventListener('abort', abort);
      cancellation.dispose();
    }
  }

  /** Any number may listen to the same notification; the connection itself would keep only the last one. */
  on<P>(type: NotificationType<P>, handler: (params: P) => void): Disposable {
    let emitter = this.notifications.get(type.method) as Emitter<P> | undefined;
    if (emitter === undefined) {
      const made = new Emitter<P>();
      this.notifications.set(type.method, made as Emitter<unknown>);
      this.connection.onNotification(type, (params) => made.fire(params));
      emitter = made;
    }
    return emitter.event(handler);
  }

  dispose(): void {
    this.connection.dispose();
    this.socket.destroy();
    this.end();
  }

  private isOpen(): boolean {
    return this.open;
  }

  /**
   * The hub's last words say why it ends. In a window that was busy they arrive together with the end, and are read
   * after it.
   */
  private async endAfter(messages: MessageCounter): Promise<void> {
    let seen = messages.count;
    for (let quiet = 0; quiet < QUIET_TURNS && this.open; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (messages.count !== seen) quiet = 0;
      seen = messages.count;
    }
    this.end();
  }

  private end(): void {
    if (!this.open) return;
    this.open = false;
    this.socket.destroy();
    this.closed.fire();
    this.closed.dispose();
  }
}

type NotificationResult = ReturnType<MessageStrategy['handleMessage']>;

/** Counts what is taken from the queue of messages that have arrived. */
class MessageCounter implements MessageStrategy {
  count = 0;

  handleMessage(message: Message, next: (message: Message) => NotificationResult): NotificationResult {
    this.count += 1;
    return next(message);
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
  // The hub has hung up, and the socket that notices it when it is written to has not said that it is closed yet.
  if (error instanceof ResponseError && error.code === ErrorCodes.MessageWriteError) return hubLost();
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
