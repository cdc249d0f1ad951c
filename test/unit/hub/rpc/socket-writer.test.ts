import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { SocketWriter } from '../../../../src/hub/rpc/socket-writer';

const LIMIT = 1_000;
const message = { jsonrpc: '2.0', method: 'x', params: 'y'.repeat(100) };

/** A peer that reads nothing until it is let go. */
class StalledSocket extends Duplex {
  readonly taken: string[] = [];
  private readonly waiting: ((error?: Error) => void)[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.taken.push(chunk.toString());
    this.waiting.push(done);
  }

  override _read(): void {
    // Says nothing.
  }

  override _destroy(_error: Error | null, done: () => void): void {
    for (const fail of this.waiting.splice(0)) fail(new Error('closed'));
    done();
  }

  readOn(): void {
    this.waiting.shift()?.();
  }
}

describe('SocketWriter', () => {
  it('sends header and body in one piece', async () => {
    const socket = new StalledSocket();
    const written = new SocketWriter(socket as unknown as Socket).write(message);
    socket.readOn();
    await written;
    const body = JSON.stringify(message);
    assert.deepEqual(socket.taken, [`Content-Length: ${body.length}\r\n\r\n${body}`]);
  });

  it('cuts off a client that does not read, once too much waits for it, and not before', async () => {
    const socket = new StalledSocket();
    const writer = new SocketWriter(socket as unknown as Socket, LIMIT);
    const closed = new Promise((resolve) => writer.onClose(() => resolve(undefined)));
    const waiting: Promise<void>[] = [];
    while (socket.writableLength <= LIMIT) waiting.push(writer.write(message));
    assert.equal(socket.destroyed, false);
    waiting.push(writer.write(message));
    assert.equal(socket.destroyed, true);
    const ends = await Promise.allSettled(waiting);
    assert.ok(ends.every(({ status }) => status === 'rejected'));
    await closed;
  });
});
