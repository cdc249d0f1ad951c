/** All conversations: what is sent is stored first, then answered, and everybody who watches sees the same. */
import { randomUUID } from 'node:crypto';
import type {
  AssistantMessage,
  Conversation,
  ConversationSnapshot,
  ConversationSummary,
  Message,
  SendResult,
  UserContent,
  UserMessage,
} from '../../shared/protocol/conversations';
import { errorInfo, HearthError } from '../../shared/protocol/errors';
import type { ConversationSettings } from '../../shared/protocol/settings';
import type { AnswerRunner } from '../engines/answer-runner';
import type { ModelRegistry } from '../models/model-registry';
import { modelName } from '../models/model-file';
import type { SettingsStore } from '../storage/settings-store';
import { AnswerJournal } from './answer-journal';
import { summarize, type ConversationStore } from './conversation-store';
import { LiveConversation, type EmitConversationEvent } from './live-conversation';
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
  hold: () => { dispose(): void };
}

export class Conversations {
  private readonly live = new Map<string, Promise<LiveConversation>>();
  private summaries: Map<string, ConversationSummary> | undefined;

  constructor(private readonly options: ConversationsOptions) {}

  async list(): Promise<ConversationSummary[]> {
    this.summaries ??= new Map(
      (await this.options.store.summaries()).map((summary) => [summary.id, summary]),
    );
    return [...this.summaries.values()].sort((a, b) => b.updatedAt - a.updatedAt);
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
    const conversation = new LiveConversation(data, this.options.store, this.options.emit);
    this.live.set(data.id, Promise.resolve(conversation));
    await this.listChanged(conversation);
    return structuredClone(data);
  }

  async open(id: string): Promise<ConversationSnapshot> {
    return (await this.get(id)).snapshot();
  }

  async remove(id: string): Promise<void> {
    const conversation = await this.get(id);
    conversation.data.pending = [];
    for (const { abort } of conversation.running.values()) abort.abort();
    await Promise.all([...conversation.running.values()].map(({ finished }) => finished));
    this.live.delete(id);
    await this.options.store.remove(id);
    conversation.emit({ type: 'deleted' });
    this.summaries?.delete(id);
    this.options.onListChange(await this.list());
  }

  async rename(id: string, title: string): Promise<void> {
    const conversation = await this.get(id);
    conversation.data.title = title.trim() === '' ? UNTITLED : title.trim();
    await conversation.save();
    conversation.announceChange();
    await this.listChanged(conversation);
  }

  async configure(id: string, settings: Partial<ConversationSettings>): Promise<void> {
    const conversation = await this.get(id);
    conversation.data.settings = { ...conversation.data.settings, ...settings };
    await conversation.save();
    conversation.announceChange();
  }

  /** Shows the newest leaf below the message. */
  async select(id: string, messageId: string): Promise<void> {
    const conversation = await this.get(id);
    const messages = Object.values(conversation.data.messages);
    let leaf = need(conversation, messageId);
    for (;;) {
      const children = messages.filter((message) => message.parentId === leaf.id);
      const newest = children.sort((a, b) => b.createdAt - a.createdAt)[0];
      if (newest === undefined) break;
      leaf = newest;
    }
    conversation.data.currentId = leaf.id;
    await conversation.save();
    conversation.announceChange();
  }

  async send(id: string, parentId: string | null | undefined, content: UserContent): Promise<SendResult> {
    const conversation = await this.get(id);
    const { data } = conversation;
    if (parentId === undefined && mustWait(conversation)) {
      const pending = { id: randomUUID(), content };
      data.pending.push(pending);
      await conversation.save();
      conversation.announcePending();
      return { kind: 'pending', id: pending.id };
    }
    return this.sendNow(conversation, parentId === undefined ? data.currentId : parentId, content);
  }

  async regenerate(id: string, answerId: string): Promise<string> {
    const conversation = await this.get(id);
    const message = need(conversation, answerId);
    if (message.role !== 'assistant') throw messageNotFound();
    const answer = newAnswer(message.parentId, modelName(await this.options.registry.active()));
    this.start(conversation, answer);
    await conversation.add(answer);
    void this.run(conversation, answer);
    return answer.id;
  }

  /** Resolves when decoding has stopped and the answer is stored. */
  async stop(id: string, answerId: string): Promise<void> {
    const running = (await this.get(id)).running.get(answerId);
    running?.abort.abort();
    await running?.finished;
  }

  async editPending(id: string, pendingId: string, content: UserContent | null): Promise<void> {
    const conversation = await this.get(id);
    const { data } = conversation;
    data.pending = data.pending.flatMap((pending) => {
      if (pending.id !== pendingId) return [pending];
      return content === null ? [] : [{ id: pendingId, content }];
    });
    await conversation.save();
    conversation.announcePending();
  }

  /** Stops every running answer; resolves when each is stored. */
  async stopAll(): Promise<void> {
    for (const entry of this.live.values()) {
      const conversation = await entry.catch(() => undefined);
      const running = [...(conversation?.running.values() ?? [])];
      for (const { abort } of running) abort.abort();
      await Promise.all(running.map(({ finished }) => finished));
    }
  }

  private get(id: string): Promise<LiveConversation> {
    const known = this.live.get(id);
    if (known !== undefined) return known;
    const { store, emit } = this.options;
    const opening = store.read(id).then((data) => new LiveConversation(data, store, emit));
    this.live.set(id, opening);
    opening.catch(() => this.live.delete(id));
    return opening;
  }

  private async sendNow(
    conversation: LiveConversation,
    parentId: string | null,
    content: UserContent,
  ): Promise<SendResult> {
    const { data } = conversation;
    if (parentId !== null) need(conversation, parentId);
    const user: UserMessage = { role: 'user', id: randomUUID(), parentId, createdAt: Date.now(), ...content };
    const answer = newAnswer(user.id, modelName(await this.options.registry.active()));
    const untitled = data.title === UNTITLED;
    if (untitled) data.title = titleOf(content);
    this.start(conversation, answer);
    try {
      await conversation.add(user, answer);
    } catch (error) {
      conversation.running.delete(answer.id);
      if (untitled) data.title = UNTITLED;
      throw error;
    }
    if (untitled) conversation.announceChange();
    await this.listChanged(conversation);
    void this.run(conversation, answer);
    return { kind: 'sent', userMessageId: user.id, answerId: answer.id };
  }

  private readonly finishers = new Map<string, () => void>();

  /** From here on the answer counts as running, so that the next message waits for it. */
  private start(conversation: LiveConversation, answer: AssistantMessage): void {
    const finished = new Promise<void>((resolve) => this.finishers.set(answer.id, resolve));
    conversation.running.set(answer.id, { abort: new AbortController(), finished });
  }

  private async run(conversation: LiveConversation, answer: AssistantMessage): Promise<void> {
    const { runner, registry, store, log } = this.options;
    const hold = this.options.hold();
    const signal = conversation.running.get(answer.id)?.abort.signal ?? AbortSignal.abort();
    const journal = new AnswerJournal(store.journalPath(conversation.id, answer.id), (error) =>
      log(`journal: ${errorInfo(error).message}`),
    );
    try {
      const modelPath = await registry.active();
      const { settings } = conversation.data;
      const result = await runner.run(
        {
          id: answer.id,
          label: conversation.data.title,
          priority: 'chat',
          modelPath,
          conversationId: conversation.id,
          prompt: threadPrompt(conversation.data, answer.parentId),
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
      answer.figures = result.figures;
    } catch (error) {
      const info = errorInfo(error);
      const stopped = signal.aborted && info.code === 'cancelled';
      answer.stopReason = stopped ? 'cancelled' : 'failed';
      if (!stopped) answer.error = info;
    }
    try {
      await conversation.finish(answer);
      await journal.remove();
    } catch (error) {
      // The journal keeps what was said until the disk has room again.
      log(`the end of an answer could not be stored: ${errorInfo(error).message}`);
    }
    this.finishers.get(answer.id)?.();
    this.finishers.delete(answer.id);
    await this.listChanged(conversation);
    await this.sendPending(conversation, answer);
    hold.dispose();
  }

  /** A failed answer keeps the pending messages waiting: they were written for another situation. */
  private async sendPending(conversation: LiveConversation, answer: AssistantMessage): Promise<void> {
    const { data } = conversation;
    const next = data.pending[0];
    if (next === undefined || answer.stopReason === 'failed' || data.currentId !== answer.id) return;
    data.pending = data.pending.slice(1);
    conversation.announcePending();
    try {
      await this.sendNow(conversation, answer.id, next.content);
    } catch (error) {
      data.pending = [next, ...data.pending];
      conversation.announcePending();
      this.options.log(`a pending message could not be sent: ${errorInfo(error).message}`);
    }
  }

  private async listChanged(conversation: LiveConversation): Promise<void> {
    await this.list();
    this.summaries?.set(conversation.id, summarize(conversation.data));
    this.options.onListChange(await this.list());
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
