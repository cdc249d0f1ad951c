/** Tokens travel in batches: at most one message per interval, however fast the model is. */
import type { AnswerPacket } from '../shared/protocol/worker';

/** One frame of a screen: nobody sees more, and every batch costs the hub and all who listen a wake-up. */
const FLUSH_MS = 16;

export class PacketBatcher {
  private packets: AnswerPacket[] = [];
  private timer: NodeJS.Timeout | undefined;
  private flushedAt = 0;

  constructor(private readonly send: (packets: AnswerPacket[]) => void) {}

  /** Joins neighbouring pieces of the same channel; of prefill progress only the latest is kept. */
  add(packet: AnswerPacket): void {
    const last = this.packets.at(-1);
    if (
      last !== undefined &&
      (packet.type === 'reasoning' || packet.type === 'answer') &&
      last.type === packet.type
    ) {
      last.text += packet.text;
      last.tokens = packet.tokens;
    } else if (last?.type === 'prefill' && packet.type === 'prefill') {
      this.packets[this.packets.length - 1] = packet;
    } else {
      this.packets.push(packet);
    }
    const wait = this.flushedAt + FLUSH_MS - performance.now();
    if (wait <= 0) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), wait);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.packets.length === 0) return;
    const packets = this.packets;
    this.packets = [];
    this.flushedAt = performance.now();
    this.send(packets);
  }
}
