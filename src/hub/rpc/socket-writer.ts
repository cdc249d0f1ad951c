/**
 * Writes a message to the socket in one piece. vscode-jsonrpc's own writer sends header and body apart, which costs
 * two system calls and wakes the client twice, for every batch of tokens.
 */
import type { Socket } from 'node:net';
import { AbstractMessageWriter, type Message, type MessageWriter } from 'vscode-jsonrpc/node';

/** A client that has stopped reading, at a breakpoint say, must not fill the hub's memory: it comes back and asks anew. */
const MOST_WAITING_BYTES = 64 * 2 ** 20;

export class SocketWriter extends AbstractMessageWriter implements MessageWriter {
  /** @param mostWaitingBytes what may wait for a client that does not read, before it is cut off */
  constructor(
    private readonly socket: Socket,
    private readonly mostWaitingBytes = MOST_WAITING_BYTES,
  ) {
    super();
    socket.on('error', (error) => this.fireError(error));
    socket.on('close', () => this.fireClose());
  }

  write(message: Message): Promise<void> {
    const body = JSON.stringify(message);
    if (this.socket.writableLength > this.mostWaitingBytes) this.socket.destroy();
    return new Promise((resolve, reject) => {
      this.socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  end(): void {
    this.socket.end();
  }
}
