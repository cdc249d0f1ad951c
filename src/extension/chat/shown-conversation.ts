/** The conversation that this window shows: opened, followed event by event, opened again when one was missed. */
import {
  CloseConversation,
  ConversationChanged,
  CreateConversation,
  OpenConversation,
  type ConversationEvent,
  type ConversationSnapshot,
} from '../../shared/protocol/conversations';
import { errorInfo } from '../../shared/protocol/errors';
import type { ConversationSettings } from '../../shared/protocol/settings';
import type { ToWebview } from '../../shared/protocol/webview';
import { DisposableStore, type Disposable } from '../../shared/util/disposable';
import { Emitter } from '../../shared/util/emitter';
import type { Hub } from '../connection/hub';

/** Where the shown conversation's id outlives a reload of the window. */
export interface ShownMemory {
  read(): string | undefined;
  /** Resolves when it is out of this process, which may be killed at any moment. Never rejects. */
  write(id: string | undefined): Promise<void>;
}

export class ShownConversation implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly messages = this.subscriptions.add(new Emitter<ToWebview>());
  /** What the view has to be told. */
  readonly onMessage = this.messages.event;
  private readonly runningChanged = this.subscriptions.add(new Emitter<boolean>());
  /** Fires with whether an answer is running. */
  readonly onDidChangeRunning = this.runningChanged.event;
  private readonly running = new Set<string>();

  private id: string | undefined;
  private sequence = 0;
  /** Counts openings; an answer that belongs to an earlier one is dropped. */
  private opening = 0;
  private isOpen = false;
  private creating: Promise<string> | undefined;
  /** What was set before there was a conversation to set it in. */
  private draft: Partial<ConversationSettings> = {};

  constructor(
    private readonly hub: Hub,
    private readonly memory: ShownMemory,
    private readonly onError: (error: unknown) => void,
  ) {
    this.id = memory.read();
    this.subscriptions.add(hub.on(ConversationChanged, (change) => this.accept(change)));
    this.subscriptions.add(hub.onDidChange((session) => this.follow(session.kind === 'connected')));
  }

  /** Undefined while a new chat is shown, of which the hub does not know yet. */
  get currentId(): string | undefined {
    return this.id;
  }

  get runningAnswers(): readonly string[] {
    return [...this.running];
  }

  /** Shows another conversation; undefined is an empty one, created with its first message. */
  async show(id: string | undefined): Promise<void> {
    const before = this.id;
    // Also one that is still being opened, which the hub would keep in memory otherwise.
    if (before !== undefined && before !== id && this.hub.state.kind === 'connected') {
      // If it fails, the connection is gone, and with it the subscription.
      this.hub.request(CloseConversation, { id: before }).catch(() => undefined);
    }
    const remembered = this.remember(id);
    this.creating = undefined;
    this.draft = {};
    await Promise.all([remembered, this.refresh()]);
  }

  /** Tells the view the whole of what is shown. */
  async refresh(): Promise<void> {
    const id = this.id;
    const turn = ++this.opening;
    this.isOpen = false;
    if (id === undefined) {
      this.setRunning([]);
      this.messages.fire({ type: 'conversation', snapshot: null });
      return;
    }
    if (this.hub.state.kind !== 'connected') return; // Comes with the connection.
    try {
      const snapshot = await this.hub.request(OpenConversation, { id });
      if (turn === this.opening) this.adopt(snapshot);
    } catch (error) {
      if (turn !== this.opening) return;
      const { code } = errorInfo(error);
      if (code === 'hub-lost' || code === 'hub-unreachable') return;
      void this.remember(undefined);
      this.messages.fire({ type: 'conversation', snapshot: null });
      // A chat that was deleted elsewhere is no news: the window begins a new one.
      if (code !== 'conversation-not-found') this.onError(error);
    }
  }

  /** The id of what is shown; a new chat is created for it. */
  async ensure(): Promise<string> {
    if (this.id !== undefined) return this.id;
    this.creating ??= this.create();
    try {
      return await this.creating;
    } finally {
      this.creating = undefined;
    }
  }

  /** Settings of a chat that does not exist yet. */
  configureDraft(settings: Partial<ConversationSettings>): void {
    this.draft = { ...this.draft, ...settings };
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async create(): Promise<string> {
    const { id } = await this.hub.request(CreateConversation, { settings: this.draft });
    await this.show(id);
    return id;
  }

  private follow(connected: boolean): void {
    this.isOpen = false;
    if (connected && this.id !== undefined) void this.refresh();
  }

  private adopt(snapshot: ConversationSnapshot): void {
    this.isOpen = true;
    this.sequence = snapshot.sequence;
    const messages = Object.values(snapshot.conversation.messages);
    this.setRunning(
      messages
        .filter((message) => message.role === 'assistant' && message.status === 'running')
        .map(({ id }) => id),
    );
    this.messages.fire({ type: 'conversation', snapshot });
  }

  private accept(change: { conversationId: string; sequence: number; event: ConversationEvent }): void {
    if (change.conversationId !== this.id || !this.isOpen || change.sequence <= this.sequence) return;
    if (change.sequence !== this.sequence + 1) {
      void this.refresh();
      return;
    }
    this.sequence = change.sequence;
    this.followRunning(change.event);
    this.messages.fire({ type: 'event', ...change });
    if (change.event.type === 'deleted') {
      void this.remember(undefined);
      void this.refresh();
    }
  }

  private followRunning(event: ConversationEvent): void {
    if (event.type === 'finished') {
      this.setRunning(this.runningAnswers.filter((id) => id !== event.message.id));
    } else if (event.type === 'messages') {
      const begun = event.messages.filter(
        (message) => message.role === 'assistant' && message.status === 'running',
      );
      if (begun.length > 0) this.setRunning([...this.running, ...begun.map(({ id }) => id)]);
    }
  }

  private setRunning(ids: string[]): void {
    const before = this.running.size > 0;
    this.running.clear();
    for (const id of ids) this.running.add(id);
    if (before !== ids.length > 0) this.runningChanged.fire(ids.length > 0);
  }

  private remember(id: string | undefined): Promise<void> {
    this.id = id;
    return this.memory.write(id);
  }
}
