/** All conversations: what is sent is stored first, then answered, and everybody who watches sees the same. */
import { randomUUID } from 'node:crypto';
import type {
  AssistantMessage,
  Conversation,
  ConversationSnapshot,
  ConversationSummary,
  Message,
  PendingMessage,
  SendResult,
  UserContent,
  UserMessage,
} from '../../shared/protocol/conversations';
import { errorInfo, HearthError } from '../../shared/protocol/errors';
import { addFigures } from '../../shared/protocol/figures';
import type { ConversationSettings } from '../../shared/protocol/settings';
import type { Disposable } from '../../shared/util/disposable';
import type { AnswerRunner } from '../engines/answer-runner';
import type { ModelRegistry } from '../models/model-registry';
import { modelName } from '../models/model-file';
import type { SettingsStore } from '../storage/settings-store';
import { AnswerJournal } from './answer-journal';
import { summarize, type ConversationStore } from './conversation-store';
import { LiveConversation, type EmitConversationEvent } from './live-conversation';
import { LiveConversations } from './live-conversations';
import { threadPrompt } from './thread-prompt';

const TITLE_LENGTH = 60;
const UNTITLED = 'New chat';

export interface ConversationsOptions {
  store: ConversationStore;
  settings: SettingsStore;
  registry: ModelRegistry;
  runner: AnswerRunner;
  log: (line: string) => void;
  emit: EmitConversationEvent;
  onListChange: (summaries: ConversationSummary[]) => void;
  /** Something runs until the returned object is disposed. */
  hold: () => Disposable;
}

export class Conversations {
  private readonly live: LiveConversations;
  private summaries: Promise<Map<string, ConversationSummary>> | undefined;
  private stopping = false;

  constructor(private readonly options: ConversationsOptions) {
    const { store, emit } = options;
    this.live = new LiveConversations(async (id) => new LiveConversation(await store.read(id), store, emit));
  }

  async list(): Promise<ConversationSummary[]> {
    return [...(await this.known()).values()].sort((a, b) => b.updatedAt - a.updatedAt);
  }

  async create(settings: Partial<ConversationSettings> | undefined): Promise<Conversation> {
    const now = Date.now();
    const data: Conversation = {
      id: randomUUID(),
      title: UNTITLED,
      createdAt: now,
      updatedAt: now,
      settings: { ...this.options.settings.current.conversation, ...settings },
      messages: {},
      currentId: null,
      pending: [],
    };
    await this.options.store.write(data);
    await this.live.use(data.id, (conversation) => this.listChanged(conversation));
    return data;
  }

  open(id: string): Promise<ConversationSnapshot> {
    return this.live.use(id, (conversation) => conversation.snapshot());
  }

  /** Somebody shows it until the returned object is disposed: its events go on being numbered as they were. */
  watch(id: string): Disposable {
    return this.live.keep(id);
  }

  remove(id: string): Promise<void> {
    return this.live.use(id, async (conversation) => {
      conversation.data.pending = [];
      for (const { abort } of conversation.running.values()) abort.abort();
      await Promise.all([...conversation.running.values()].map(({ finished }) => finished));
      await conversation.remove();
      this.live.forget(id);
      conversation.emit({ type: 'deleted' });
      (await this.known()).delete(id);
      this.options.onListChange(await this.list());
    });
  }

  rename(id: string, title: string): Promise<void> {
    return this.live.use(id, async (conversation) => {
      await conversation.change({ title: title.trim() === '' ? UNTITLED : title.trim() });
      conversation.announceChange();
      await this.listChanged(conversation);
    });
  }

  configure(id: string, settings: Partial<ConversationSettings>): Promise<void> {
    return this.live.use(id, async (conversation) => {
      await conversation.change({ settings: { ...conversation.data.settings, ...settings } });
      conversation.announceChange();
    });
  }

  /** Shows the newest leaf below the message. */
  select(id: string, messageId: string): Promise<void> {
    return this.live.use(id, async (conversation) => {
      const messages = Object.values(conversation.data.messages);
      let leaf = need(conversation, messageId);
      for (;;) {
        const children = messages.filter((message) => message.parentId === leaf.id);
        const newest = children.sort((a, b) => b.createdAt - a.createdAt)[0];
        if (newest === undefined) break;
        leaf = newest;
      }
      await conversation.change({ currentId: leaf.id });
      conversation.announceChange();
    });
  }

  send(id: string, parentId: string | null | undefined, content: UserContent): Promise<SendResult> {
    return this.live.use(id, async (conversation) => {
      const { data } = conversation;
      const model = await this.modelName();
      // From here to the start of the answer nothing may wait, else a second message would become a branch.
      if (parentId === undefined && mustWait(conversation)) {
        const pending = { id: randomUUID(), content };
        await conversation.change({ pending: [...data.pending, pending] });
        conversation.announcePending();
        // It may be that nothing runs whose end would send it: another branch was shown, or the hub started anew.
        await this.sendPending(conversation);
        return { kind: 'pending', id: pending.id };
      }
      return this.sendNow(conversation, parentId === undefined ? data.currentId : parentId, content, model);
    });
  }

  regenerate(id: string, answerId: string): Promise<string> {
    return this.live.use(id, async (conversation) => {
      const message = need(conversation, answerId);
      if (message.role !== 'assistant') throw messageNotFound();
      const answer = newAnswer(message.parentId, await this.modelName());
      await this.start(conversation, answer, () => conversation.add(answer));
      return answer.id;
    });
  }

  /** Goes on where the answer broke off, in the same message. */
  continueAnswer(id: string, answerId: string): Promise<void> {
    return this.live.use(id, async (conversation) => {
      const answer = need(conversation, answerId);
      if (answer.role !== 'assistant') throw messageNotFound();
      // Another window was quicker.
      if (conversation.running.has(answerId)) return;
      const hasFollowers = Object.values(conversation.data.messages).some(
        ({ parentId }) => parentId === answerId,
      );
      if (answer.toolCalls.length > 0 || answer.stopReason === 'end' || hasFollowers) {
        throw new HearthError(
          'bad-request',
          hasFollowers ? 'The conversation has gone on from this answer.' : 'This answer is complete.',
          'Send a message, or regenerate the answer.',
        );
      }
      await this.start(conversation, answer, () => conversation.reopen(answer));
    });
  }

  /** Resolves when decoding has stopped and the answer is stored. */
  stop(id: string, answerId: string): Promise<void> {
    return this.live.use(id, async ({ running }) => {
      const answer = running.get(answerId);
      answer?.abort.abort();
      await answer?.finished;
    });
  }

  editPending(id: string, pendingId: string, content: UserContent | null): Promise<void> {
    return this.live.use(id, async (conversation) => {
      if (!conversation.data.pending.some((entry) => entry.id === pendingId)) {
        throw new HearthError(
          'message-not-found',
          'This message has been sent in the meantime.',
          'Edit it in the chat, which makes a branch.',
        );
      }
      const pending = conversation.data.pending.flatMap((entry) => {
        if (entry.id !== pendingId) return [entry];
        return content === null ? [] : [{ id: pendingId, content }];
      });
      await conversation.change({ pending });
      conversation.announcePending();
    });
  }

  /** Stops every running answer; resolves when each is stored. Pending messages stay pending. */
  async stopAll(): Promise<void> {
    this.stopping = true;
    for (const reading of this.live) {
      const conversation = await reading.catch(() => undefined);
      const running = [...(conversation?.running.values() ?? [])];
      for (const { abort } of running) abort.abort();
      await Promise.all(running.map(({ finished }) => finished));
    }
  }

  private async sendNow(
    conversation: LiveConversation,
    parentId: string | null,
    content: UserContent,
    model: string,
  ): Promise<SendResult> {
    const { data } = conversation;
    if (parentId !== null) need(conversation, parentId);
    const user: UserMessage = { role: 'user', id: randomUUID(), parentId, createdAt: Date.now(), ...content };
    const answer = newAnswer(user.id, model);
    const untitled = data.title === UNTITLED;
    if (untitled) data.title = titleOf(content);
    try {
      await this.start(conversation, answer, () => conversation.add(user, answer));
    } catch (error) {
      if (untitled) data.title = UNTITLED;
      throw error;
    }
    if (untitled) conversation.announceChange();
    await this.listChanged(conversation);
    return { kind: 'sent', userMessageId: user.id, answerId: answer.id };
  }

  private readonly finishers = new Map<string, () => void>();

  /**
   * Stores what begins and begins the answer. It counts as running from the call on, so that the next message
   * waits for it.
   */
  private async start(
    conversation: LiveConversation,
    answer: AssistantMessage,
    store: () => Promise<void>,
  ): Promise<void> {
    const finished = new Promise<void>((resolve) => this.finishers.set(answer.id, resolve));
    conversation.running.set(answer.id, { abort: new AbortController(), finished });
    try {
      await store();
    } catch (error) {
      conversation.running.delete(answer.id);
      this.finish(answer);
      throw error;
    }
    const held = [this.options.hold(), this.live.keep(conversation.id)];
    void this.run(conversation, answer)
      .catch((error: unknown) => this.options.log(`an answer: ${errorInfo(error).message}`))
      .finally(() => held.forEach((hold) => hold.dispose()));
  }

  private finish(answer: AssistantMessage): void {
    this.finishers.get(answer.id)?.();
    this.finishers.delete(answer.id);
  }

  private async run(conversation: LiveConversation, answer: AssistantMessage): Promise<void> {
    const { runner, registry, store, log } = this.options;
    const signal = conversation.running.get(answer.id)?.abort.signal ?? AbortSignal.abort();
    const journal = new AnswerJournal(store.journalPath(conversation.id, answer.id), (error) =>
      log(`journal: ${errorInfo(error).message}`),
    );
    // What an earlier part has said: the journal has the whole answer.
    if (answer.reasoning !== '' || answer.text !== '') {
      await journal.remove();
      journal.add(answer.reasoning, answer.text);
    }
    try {
      const modelPath = await registry.active();
      // It may have been switched while the message was being stored.
      answer.model = modelName(modelPath);
      const { settings } = conversation.data;
      const result = await runner.run(
        {
          id: answer.id,
          label: conversation.data.title,
          priority: 'chat',
          modelPath,
          conversationId: conversation.id,
          prompt: threadPrompt(conversation.data, answer.parentId, answer),
          sampling: settings.sampling,
          maxTokens: settings.maxTokens,
        },
        signal,
        {
          progress: (progress) => conversation.setProgress(answer.id, progress),
          delta: (reasoning, text) => {
            conversation.appendDelta(answer, reasoning, text);
            journal.add(reasoning, text);
          },
          toolCall: (call) => answer.toolCalls.push(call),
        },
      );
      answer.stopReason = result.stopReason;
      answer.figures = addFigures(answer.figures, result.figures);
    } catch (error) {
      answer.stopReason = 'failed';
      answer.error = errorInfo(error);
    }
    try {
      await conversation.finish(answer);
      await journal.remove();
    } catch (error) {
      // The journal keeps what was said until the disk has room again.
      log(`the end of an answer could not be stored: ${errorInfo(error).message}`);
    }
    this.finish(answer);
    await this.listChanged(conversation);
    await this.sendPending(conversation);
  }

  /**
   * Sends the first pending message if the shown thread ends in a finished answer. A failed one keeps them waiting:
   * they were written for another situation.
   */
  private async sendPending(conversation: LiveConversation): Promise<void> {
    const { data, running } = conversation;
    if (data.pending.length === 0 || this.stopping) return;
    let next: PendingMessage | undefined;
    try {
      const model = await this.modelName();
      const shown = data.currentId === null ? undefined : data.messages[data.currentId];
      if (shown?.role !== 'assistant' || shown.stopReason === 'failed' || running.has(shown.id)) return;
      next = data.pending[0];
      if (next === undefined) return;
      data.pending = data.pending.slice(1);
      conversation.announcePending();
      await this.sendNow(conversation, shown.id, next.content, model);
    } catch (error) {
      if (next !== undefined) {
        data.pending = [next, ...data.pending];
        conversation.announcePending();
      }
      this.options.log(`a pending message could not be sent: ${errorInfo(error).message}`);
    }
  }

  private async modelName(): Promise<string> {
    return modelName(await this.options.registry.active());
  }

  /** Read from disk once; from then on kept up to date. */
  private known(): Promise<Map<string, ConversationSummary>> {
    if (this.summaries !== undefined) return this.summaries;
    const reading = this.options.store
      .summaries()
      .then((found) => new Map(found.map((summary) => [summary.id, summary])));
    this.summaries = reading;
    reading.catch(() => (this.summaries = undefined));
    return reading;
  }

  /** The list is a view of what is stored: a folder that cannot be read must not break off an answer. */
  private async listChanged(conversation: LiveConversation): Promise<void> {
    try {
      const known = await this.known();
      if (conversation.isDeleted) return;
      known.set(conversation.id, summarize(conversation.data));
      this.options.onListChange(await this.list());
    } catch (error) {
      this.options.log(`the list of conversations: ${errorInfo(error).message}`);
    }
  }
}

/** A message waits for the running answer, and for those that were sent before it. */
function mustWait({ data, running }: LiveConversation): boolean {
  const current = data.currentId === null ? undefined : data.messages[data.currentId];
  if (current?.role !== 'assistant') return false;
  return running.has(current.id) || (data.pending.length > 0 && current.stopReason !== 'failed');
}

function newAnswer(parentId: string, model: string): AssistantMessage {
  return {
    role: 'assistant',
    id: randomUUID(),
    parentId,
    createdAt: Date.now(),
    model,
    reasoning: '',
    text: '',
    toolCalls: [],
    status: 'running',
  };
}

function titleOf(content: UserContent): string {
  const line =
    content.text.split('\n').find((part) => part.trim() !== '') ?? content.attachments[0]?.path ?? UNTITLED;
  const text = line.trim();
  return text.length <= TITLE_LENGTH ? text : `${text.slice(0, TITLE_LENGTH - 1).trimEnd()}…`;
}

function need(conversation: LiveConversation, messageId: string): Message {
  const message = conversation.data.messages[messageId];
  if (message === undefined) throw messageNotFound();
  return message;
}

function messageNotFound(): HearthError {
  return new HearthError(
    'message-not-found',
    'This message is not in the conversation.',
    'Open the conversation again.',
  );
}
