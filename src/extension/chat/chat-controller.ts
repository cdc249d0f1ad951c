/** Between the chat view and the hub. The view may come and go; everything that it shows can be told anew. */
import {
  ConfigureConversation,
  ContinueAnswer,
  ConversationsChanged,
  DeleteConversation,
  EditPending,
  ListConversations,
  Regenerate,
  RenameConversation,
  SelectBranch,
  SendMessage,
  StopAnswer,
  type Attachment,
  type ConversationSummary,
  type UserContent,
} from '../../shared/protocol/conversations';
import { errorInfo } from '../../shared/protocol/errors';
import { MoveUpQueued } from '../../shared/protocol/system';
import type { FromWebview, ToWebview } from '../../shared/protocol/webview';
import { disposable, DisposableStore, type Disposable } from '../../shared/util/disposable';
import type { Event } from '../../shared/util/emitter';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import type { ChatActions } from './chat-actions';
import type { ShownConversation } from './shown-conversation';
import { viewState, type ModelFacts } from './view-state';
import { parseFromWebview } from './webview-messages';

type Handlers = {
  [K in FromWebview['type']]: (message: Extract<FromWebview, { type: K }>) => void | Promise<void>;
};

export interface ChatControllerDeps {
  hub: Hub;
  store: HubStore;
  models: ModelFacts & { onDidChange: Event<void> };
  shown: ShownConversation;
  actions: ChatActions;
  logError: (doing: string, error: unknown) => void;
}

export class ChatController implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private post: ((message: ToWebview) => void) | undefined;
  private ready = false;
  /** What has to wait for a view: chips and text for the composer, the list of chats. */
  private waiting: ToWebview[] = [];
  private conversations: ConversationSummary[] = [];

  constructor(private readonly deps: ChatControllerDeps) {
    const { hub, store, models, shown } = deps;
    this.subscriptions.add(store.onDidChange(() => this.postState()));
    this.subscriptions.add(models.onDidChange(() => this.postState()));
    this.subscriptions.add(shown.onMessage((message) => this.postNow(message)));
    this.subscriptions.add(
      hub.on(ConversationsChanged, (conversations) => {
        this.conversations = conversations;
        this.postNow({ type: 'history', conversations, open: false });
      }),
    );
  }

  /** Takes a view; the one before it is gone. The view says `ready` when it can listen. */
  connectView(post: (message: ToWebview) => void): Disposable {
    this.post = post;
    this.ready = false;
    return disposable(() => {
      if (this.post !== post) return;
      this.post = undefined;
      this.ready = false;
    });
  }

  /** Takes any message of the view; what is no message is logged and dropped. */
  async receive(value: unknown): Promise<void> {
    const message = parseFromWebview(value);
    if (message === undefined) {
      this.deps.logError('Reading a message of the chat view', new Error('It is not one that Hearth knows.'));
      return;
    }
    try {
      // The handler is the one of the message's own type; TypeScript cannot follow that through the union.
      await (this.handlers[message.type] as (message: FromWebview) => void | Promise<void>)(message);
    } catch (error) {
      this.fail(`Chat (${message.type})`, error);
    }
  }

  async newChat(): Promise<void> {
    await this.deps.shown.show(undefined);
    this.postSoon({ type: 'compose', text: '' });
    await this.deps.actions.focusView();
  }

  async showChats(): Promise<void> {
    await this.deps.actions.focusView();
    await this.handlers.showHistory();
  }

  /** Adds chips to the composer and puts the focus there. */
  async attach(attachments: Attachment[]): Promise<void> {
    this.postSoon({ type: 'attach', attachments });
    this.postSoon({ type: 'compose', text: '' });
    await this.deps.actions.focusView();
  }

  /** Sends a message as if the user had typed it. */
  async ask(content: UserContent): Promise<void> {
    await this.deps.actions.focusView();
    await this.send(content);
  }

  async stopAnswers(): Promise<void> {
    const { shown, hub } = this.deps;
    const conversationId = shown.currentId;
    if (conversationId === undefined) return;
    await Promise.all(
      shown.runningAnswers.map((answerId) => hub.request(StopAnswer, { conversationId, answerId })),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private readonly handlers = {
    ready: async () => {
      this.ready = true;
      // Whoever opens the view, or presses "Retry" in it, wants a hub; does nothing unless Hearth has given up.
      this.deps.hub.retry();
      this.postState();
      await this.deps.shown.refresh();
      for (const message of this.waiting.splice(0)) this.postNow(message);
    },
    send: ({ content, parentId }) => this.sendFromView(content, parentId),
    stop: async ({ answerId }) => {
      await this.inShown(async (conversationId) => {
        await this.deps.hub.request(StopAnswer, { conversationId, answerId });
      });
    },
    continue: async ({ answerId }) => {
      await this.inShown(async (conversationId) => {
        await this.deps.hub.request(ContinueAnswer, { conversationId, answerId });
      });
    },
    moveUp: async ({ answerId }) => {
      // In the queue, an answer goes by its own id.
      await this.deps.hub.request(MoveUpQueued, { id: answerId });
    },
    regenerate: async ({ answerId }) => {
      await this.inShown(async (conversationId) => {
        await this.deps.hub.request(Regenerate, { conversationId, answerId });
      });
    },
    selectBranch: async ({ messageId }) => {
      await this.inShown(async (conversationId) => {
        await this.deps.hub.request(SelectBranch, { conversationId, messageId });
      });
    },
    editPending: async ({ pendingId, content }) => {
      await this.inShown(async (conversationId) => {
        await this.deps.hub.request(EditPending, { conversationId, pendingId, content });
      });
    },
    setEffort: async ({ effort }) => {
      if (this.deps.shown.currentId === undefined) this.deps.shown.configureDraft({ effort });
      await this.inShown(async (conversationId) => {
        await this.deps.hub.request(ConfigureConversation, { conversationId, settings: { effort } });
      });
    },
    newChat: () => this.newChat(),
    showHistory: async () => {
      this.conversations = await this.deps.hub.request(ListConversations, null);
      this.postSoon({ type: 'history', conversations: this.conversations, open: true });
    },
    openConversation: ({ id }) => this.deps.shown.show(id),
    renameConversation: async ({ id, title }) => {
      await this.deps.hub.request(RenameConversation, { id, title });
    },
    deleteConversation: async ({ id }) => {
      await this.deps.hub.request(DeleteConversation, { id });
    },
    copy: ({ text }) => this.deps.actions.copy(text),
    insertAtCursor: ({ code }) => this.deps.actions.insertAtCursor(code),
    newFile: ({ code, language }) => this.deps.actions.newFile(code, language),
    applyCode: ({ code, attachment }) => this.deps.actions.applyCode(code, attachment),
    openFile: ({ path, line }) => this.deps.actions.openFile(path, line),
    openLink: ({ url }) => this.deps.actions.openLink(url),
    command: ({ command }) => this.deps.actions.run(command),
  } satisfies Handlers;

  private async send(content: UserContent, parentId?: string | null): Promise<void> {
    const conversationId = await this.deps.shown.ensure();
    await this.deps.hub.request(SendMessage, {
      conversationId,
      content,
      ...(parentId === undefined ? {} : { parentId }),
    });
  }

  private async sendFromView(content: UserContent, parentId?: string | null): Promise<void> {
    try {
      await this.send(content, parentId);
    } catch (error) {
      // The view has emptied its composer: what was written goes back there.
      this.postSoon({ type: 'compose', text: content.text });
      if (content.attachments.length > 0) this.postSoon({ type: 'attach', attachments: content.attachments });
      throw error;
    }
  }

  private async inShown(act: (conversationId: string) => Promise<void>): Promise<void> {
    const id = this.deps.shown.currentId;
    if (id !== undefined) await act(id);
  }

  private fail(doing: string, error: unknown): void {
    const info = errorInfo(error);
    if (info.code === 'cancelled') return;
    this.deps.logError(doing, error);
    this.postSoon({ type: 'error', error: info });
  }

  private postState(): void {
    if (!this.ready) return;
    this.postNow({ type: 'state', state: viewState(this.deps.store.status, this.deps.models) });
  }

  /** For what a new view is told anyway. */
  private postNow(message: ToWebview): void {
    if (this.ready) this.post?.(message);
  }

  private postSoon(message: ToWebview): void {
    if (this.ready) this.post?.(message);
    else this.waiting.push(message);
  }
}
