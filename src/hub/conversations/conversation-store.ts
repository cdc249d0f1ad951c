/** Conversations on disk, one file each; a damaged one is set aside and the rest still open. */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Conversation, ConversationSummary } from '../../shared/protocol/conversations';
import { errorInfo, HearthError } from '../../shared/protocol/errors';
import {
  makePrivateFolder,
  readIfThere,
  storageError,
  syncFolder,
  writeAtomic,
} from '../storage/atomic-file';
import type { HearthPaths } from '../storage/hearth-paths';
import { journalPath, readJournal } from './answer-journal';
import {
  closeInterrupted,
  NewerFormatError,
  parseConversation,
  serializeConversation,
} from './conversation-file';

/** Ids come over the wire and become file names. */
const ID = /^[0-9a-f-]{36}$/;

export class ConversationStore {
  constructor(
    private readonly paths: HearthPaths,
    private readonly log: (line: string) => void,
  ) {}

  /** As they are on disk: an answer that is running, in this hub or when another one died, is left as it is. */
  async summaries(): Promise<ConversationSummary[]> {
    const found: ConversationSummary[] = [];
    for (const name of await this.files()) {
      const conversation = await this.tryRead(name.slice(0, -'.json'.length));
      if (conversation !== undefined) found.push(summarize(conversation));
    }
    return found.sort((a, b) => b.updatedAt - a.updatedAt);
  }

  /**
   * Closes what a dead hub left running, so it must not be called for a conversation that is in use.
   * @throws HearthError `conversation-not-found` or `conversation-damaged`
   */
  async read(id: string): Promise<Conversation> {
    const conversation = await this.load(id);
    await this.recover(conversation);
    return conversation;
  }

  private async load(id: string): Promise<Conversation> {
    if (!ID.test(id)) throw conversationNotFound();
    const text = await readIfThere(this.path(id));
    if (text === undefined) throw conversationNotFound();
    try {
      return parseConversation(text);
    } catch (error) {
      await this.setAside(id, error);
      throw error;
    }
  }

  /** On disk, safe from a power cut, when this resolves. */
  write(conversation: Conversation): Promise<void> {
    return writeAtomic(this.path(conversation.id), serializeConversation(conversation));
  }

  /** Gone for good, even after a power cut, when this resolves. */
  async remove(id: string): Promise<void> {
    const { conversations } = this.paths;
    try {
      await rm(this.path(id), { force: true });
      // Journals stay behind when the disk was too full to store an answer.
      const journals = (await readdir(conversations)).filter(
        (name) => name.startsWith(`${id}.`) && name.endsWith('.journal'),
      );
      for (const name of journals) await rm(join(conversations, name), { force: true });
      await syncFolder(conversations);
    } catch (error) {
      throw storageError(error, this.path(id));
    }
  }

  journalPath(conversationId: string, answerId: string): string {
    return journalPath(this.paths.conversations, conversationId, answerId);
  }

  private async recover(conversation: Conversation): Promise<void> {
    const partials = new Map<string, { reasoning: string; text: string }>();
    for (const message of Object.values(conversation.messages)) {
      if (message.role !== 'assistant' || message.status !== 'running') continue;
      partials.set(message.id, await readJournal(this.journalPath(conversation.id, message.id)));
    }
    if (partials.size === 0) return;
    closeInterrupted(conversation, (id) => partials.get(id) ?? { reasoning: '', text: '' });
    try {
      await this.write(conversation);
    } catch (error) {
      // A disk that is full says nothing against reading; the journals stay for when it is not.
      this.log(`conversation ${conversation.id} is repaired in memory only: ${errorInfo(error).message}`);
      return;
    }
    for (const id of partials.keys()) await rm(this.journalPath(conversation.id, id), { force: true });
  }

  private async tryRead(id: string): Promise<Conversation | undefined> {
    try {
      return await this.load(id);
    } catch (error) {
      this.log(`conversation ${id}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  private async files(): Promise<string[]> {
    try {
      const names = await readdir(this.paths.conversations);
      return names.filter((name) => name.endsWith('.json') && ID.test(name.slice(0, -'.json'.length)));
    } catch (error) {
      throw storageError(error, this.paths.conversations);
    }
  }

  /** A newer Hearth's file is left in place: it is not damaged. */
  private async setAside(id: string, error: unknown): Promise<void> {
    if (error instanceof NewerFormatError) return;
    await makePrivateFolder(this.paths.damaged);
    const aside = join(this.paths.damaged, `conversation-${id}-${Date.now()}.json`);
    try {
      await rename(this.path(id), aside);
    } catch (cause) {
      throw storageError(cause, aside);
    }
    this.log(`damaged conversation moved to ${aside}`);
  }

  private path(id: string): string {
    return join(this.paths.conversations, `${id}.json`);
  }
}

export function summarize(conversation: Conversation): ConversationSummary {
  const { id, title, updatedAt, messages } = conversation;
  return { id, title, updatedAt, messageCount: Object.keys(messages).length };
}

export function conversationNotFound(): HearthError {
  return new HearthError(
    'conversation-not-found',
    'This conversation no longer exists.',
    'It may have been deleted in another window. Start a new chat, or open another one.',
  );
}
