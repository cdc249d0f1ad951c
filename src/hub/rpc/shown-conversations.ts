/** The conversations that one client shows: they stay in memory, and their events are sent to it. */
import type { ConversationSnapshot } from '../../shared/protocol/conversations';
import type { Disposable } from '../../shared/util/disposable';
import type { Conversations } from '../conversations/conversations';

export class ShownConversations implements Disposable {
  private readonly watches = new Map<string, Disposable>();
  private disposed = false;

  constructor(private readonly conversations: Pick<Conversations, 'open' | 'watch'>) {}

  has(id: string): boolean {
    return this.watches.has(id);
  }

  /** Its state; it is shown from the call on. @throws HearthError why it cannot be opened */
  async open(id: string): Promise<ConversationSnapshot> {
    // A request may outlive its client by a moment.
    if (!this.disposed && !this.has(id)) this.watches.set(id, this.conversations.watch(id));
    try {
      return await this.conversations.open(id);
    } catch (error) {
      this.close(id);
      throw error;
    }
  }

  /** Also one that is still being opened. */
  close(id: string): void {
    this.watches.get(id)?.dispose();
    this.watches.delete(id);
  }

  dispose(): void {
    this.disposed = true;
    for (const id of [...this.watches.keys()]) this.close(id);
  }
}
