/** A conversation in memory: its state, its numbered events, and its order of writes. */
import type {
  AnswerProgress,
  AssistantMessage,
  Conversation,
  ConversationEvent,
  ConversationSnapshot,
  Message,
} from '../../shared/protocol/conversations';
import { conversationNotFound, type ConversationStore } from './conversation-store';

export type EmitConversationEvent = (
  conversationId: string,
  sequence: number,
  event: ConversationEvent,
) => void;

export class LiveConversation {
  private sequence = 0;
  private readonly progress = new Map<string, AnswerProgress>();
  private writing: Promise<void> = Promise.resolve();
  private deleted = false;
  private stored = true;
  /** Aborts the running answer of this id. */
  readonly running = new Map<string, { abort: AbortController; finished: Promise<void> }>();

  constructor(
    readonly data: Conversation,
    private readonly store: ConversationStore,
    private readonly emitEvent: EmitConversationEvent,
  ) {}

  get id(): string {
    return this.data.id;
  }

  snapshot(): ConversationSnapshot {
    return {
      sequence: this.sequence,
      conversation: structuredClone(this.data),
      progress: Object.fromEntries(this.progress),
    };
  }

  emit(event: ConversationEvent): void {
    this.sequence += 1;
    this.emitEvent(this.id, this.sequence, event);
  }

  get isDeleted(): boolean {
    return this.deleted;
  }

  /** False from the begin of a write until one succeeds: on a full disk, memory alone has the end of an answer. */
  get isStored(): boolean {
    return this.stored;
  }

  /** Saves the state of this moment or a later one; writes follow one another. */
  save(): Promise<void> {
    return this.afterWrites(async () => {
      if (this.deleted) throw conversationNotFound();
      this.stored = false;
      await this.store.write(this.data);
      this.stored = true;
    });
  }

  /** Deletes the file, once and for all: what is still to be saved is not. */
  remove(): Promise<void> {
    return this.afterWrites(async () => {
      await this.store.remove(this.id);
      this.deleted = true;
    });
  }

  /** Changes fields and stores them. Takes the change back if it cannot be stored. */
  async change(
    fields: Partial<Pick<Conversation, 'title' | 'settings' | 'currentId' | 'pending'>>,
  ): Promise<void> {
    const { title, settings, currentId, pending } = this.data;
    const before = { title, settings, currentId, pending };
    Object.assign(this.data, fields);
    try {
      await this.save();
    } catch (error) {
      for (const key of Object.keys(fields) as (keyof typeof fields)[]) {
        // What was changed again meanwhile is not ours to take back.
        if (this.data[key] === fields[key]) Object.assign(this.data, { [key]: before[key] });
      }
      throw error;
    }
  }

  private afterWrites(write: () => Promise<void>): Promise<void> {
    this.writing = this.writing.catch(() => undefined).then(write);
    return this.writing;
  }

  /** Adds messages, shows the last one, and stores it all. Rolls back if it cannot be stored. */
  async add(...messages: Message[]): Promise<void> {
    const { data } = this;
    const before = { currentId: data.currentId, updatedAt: data.updatedAt };
    for (const message of messages) data.messages[message.id] = message;
    const last = messages.at(-1);
    if (last === undefined) return;
    data.currentId = last.id;
    data.updatedAt = Date.now();
    try {
      await this.save();
    } catch (error) {
      for (const message of messages) Reflect.deleteProperty(data.messages, message.id);
      Object.assign(data, before);
      throw error;
    }
    this.emit({ type: 'messages', messages: structuredClone(messages), currentId: last.id });
  }

  /** Makes a finished answer a running one again and stores that. Takes it back if it cannot be stored. */
  async reopen(message: AssistantMessage): Promise<void> {
    const { stopReason, error } = message;
    message.status = 'running';
    Reflect.deleteProperty(message, 'stopReason');
    Reflect.deleteProperty(message, 'error');
    try {
      await this.save();
    } catch (cause) {
      Object.assign(message, { status: 'finished', stopReason, ...(error && { error }) });
      throw cause;
    }
    this.emit({
      type: 'messages',
      messages: [structuredClone(message)],
      currentId: this.data.currentId ?? message.id,
    });
  }

  setProgress(messageId: string, progress: AnswerProgress): void {
    this.progress.set(messageId, progress);
    this.emit({ type: 'progress', messageId, progress });
  }

  appendDelta(message: AssistantMessage, reasoning: string, text: string): void {
    message.reasoning += reasoning;
    message.text += text;
    this.emit({ type: 'delta', messageId: message.id, reasoning, text });
  }

  /** Stores and announces the end of an answer; the end is announced even if it cannot be stored. */
  async finish(message: AssistantMessage): Promise<void> {
    message.status = 'finished';
    this.data.updatedAt = Date.now();
    this.progress.delete(message.id);
    try {
      await this.save();
    } finally {
      this.running.delete(message.id);
      this.emit({ type: 'finished', message: structuredClone(message) });
    }
  }

  announceChange(): void {
    const { title, currentId, settings } = this.data;
    this.emit({ type: 'changed', title, currentId, settings: structuredClone(settings) });
  }

  announcePending(): void {
    this.emit({ type: 'pending', pending: structuredClone(this.data.pending) });
  }
}
