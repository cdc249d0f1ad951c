/** Who may use which KV sequence: a conversation gets the one that still holds its tokens, else the oldest. */
import type { LlamaContext, LlamaContextSequence } from 'node-llama-cpp';

interface Slot {
  sequence: LlamaContextSequence;
  key: string | undefined;
  busy: boolean;
  usedAt: number;
}

export interface SequenceLease {
  sequence: LlamaContextSequence;
  /** Gives it back; its KV cache stays for the next turn of the same conversation. */
  release(): void;
}

/** llama.cpp's context shift erases the beginning of a full context without a word: it never runs here. */
const contextShift = {
  strategy: (): never => {
    throw new Error('the context is full');
  },
};

export class SequenceLeases {
  private readonly slots: Slot[] = [];
  private readonly waiting: { key: string; grant: (lease: SequenceLease) => void }[] = [];
  private clock = 0;

  constructor(private readonly context: LlamaContext) {}

  /**
   * Resolves when a sequence is free for `key`; one conversation never has two at a time. Undefined once `signal`
   * aborts the wait.
   */
  lease(key: string, signal: AbortSignal): Promise<SequenceLease | undefined> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve(undefined);
        return;
      }
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        resolve(undefined);
      };
      const entry = {
        key,
        grant: (lease: SequenceLease) => {
          signal.removeEventListener('abort', leave);
          resolve(lease);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(entry);
      this.serve();
    });
  }

  private serve(): void {
    for (let index = 0; index < this.waiting.length;) {
      const entry = this.waiting[index];
      const slot = entry && this.slotFor(entry.key);
      if (entry === undefined || slot === undefined) {
        index += 1;
        continue;
      }
      this.waiting.splice(index, 1);
      slot.busy = true;
      slot.key = entry.key;
      entry.grant({ sequence: slot.sequence, release: () => this.release(slot) });
    }
  }

  private slotFor(key: string): Slot | undefined {
    const own = this.slots.find((slot) => slot.key === key);
    if (own !== undefined) return own.busy ? undefined : own;
    if (this.slots.length < this.context.totalSequences) {
      const slot = { sequence: this.context.getSequence({ contextShift }), key, busy: false, usedAt: 0 };
      this.slots.push(slot);
      return slot;
    }
    const free = this.slots.filter((slot) => !slot.busy);
    return free.reduce<Slot | undefined>(
      (oldest, slot) => (oldest === undefined || slot.usedAt < oldest.usedAt ? slot : oldest),
      undefined,
    );
  }

  private release(slot: Slot): void {
    slot.busy = false;
    slot.usedAt = ++this.clock;
    this.serve();
  }
}
