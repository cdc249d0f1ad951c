/** The conversations in memory: read once for everybody who uses them, and given up when nobody does any more. */
import { disposable, type Disposable } from '../../shared/util/disposable';
import type { LiveConversation } from './live-conversation';

interface Entry {
  readonly reading: Promise<LiveConversation>;
  uses: number;
}

export class LiveConversations {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly read: (id: string) => Promise<LiveConversation>) {}

  /** How many are in memory or being read. */
  get size(): number {
    return this.entries.size;
  }

  *[Symbol.iterator](): Iterator<Promise<LiveConversation>> {
    for (const { reading } of this.entries.values()) yield reading;
  }

  /**
   * Runs `action` with the conversation, which stays in memory meanwhile.
   * @throws HearthError why it cannot be read
   */
  async use<T>(id: string, action: (conversation: LiveConversation) => T | Promise<T>): Promise<T> {
    const entry = this.enter(id);
    try {
      return await action(await entry.reading);
    } finally {
      this.leave(id, entry);
    }
  }

  /** The conversation stays in memory until the returned object is disposed. */
  keep(id: string): Disposable {
    const entry = this.enter(id);
    return disposable(() => this.leave(id, entry));
  }

  /** It was deleted: who asks from now on gets what the disk has of it. */
  forget(id: string): void {
    this.entries.delete(id);
  }

  private enter(id: string): Entry {
    const entry = this.entries.get(id) ?? this.begin(id);
    entry.uses += 1;
    return entry;
  }

  private begin(id: string): Entry {
    const entry = { reading: this.read(id), uses: 0 };
    this.entries.set(id, entry);
    entry.reading.catch(() => this.remove(id, entry)); // The next one who asks tries anew.
    return entry;
  }

  private leave(id: string, entry: Entry): void {
    entry.uses -= 1;
    // Not before it has been read: reading repairs, and a second one beside it could write an older state.
    void entry.reading.then(
      ({ isStored }) => {
        if (entry.uses === 0 && isStored) this.remove(id, entry);
      },
      () => undefined,
    );
  }

  private remove(id: string, entry: Entry): void {
    if (this.entries.get(id) === entry) this.entries.delete(id);
  }
}
