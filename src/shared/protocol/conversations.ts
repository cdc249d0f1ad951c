/** Conversations: trees of messages, kept by the hub, watched by any number of views. */
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { ErrorInfo } from './errors';
import type { Figures, StopReason } from './figures';
import type { ToolCall } from './prompt';
import type { ConversationSettings } from './settings';

/** A piece of a file that goes along with a message. Lines count from 1, both ends included. */
export interface Attachment {
  kind: 'selection';
  path: string;
  language: string;
  startLine: number;
  endLine: number;
  text: string;
}

export interface UserContent {
  text: string;
  attachments: Attachment[];
}

export interface UserMessage extends UserContent {
  role: 'user';
  id: string;
  parentId: string | null;
  /** Epoch milliseconds. */
  createdAt: number;
}

export interface AssistantMessage {
  role: 'assistant';
  id: string;
  parentId: string;
  createdAt: number;
  /** The file's name, as it was when the answer began. */
  model: string;
  reasoning: string;
  text: string;
  toolCalls: ToolCall[];
  /** `running` until `stopReason` is known. */
  status: 'running' | 'finished';
  stopReason?: StopReason;
  figures?: Figures;
  error?: ErrorInfo;
}

export type Message = UserMessage | AssistantMessage;

/** A message that was sent while an answer was running; it can still be edited. */
export interface PendingMessage {
  id: string;
  content: UserContent;
}

export interface Conversation {
  id: string;
  title: string;
  createdAt: number;
  updatedAt: number;
  settings: ConversationSettings;
  messages: Record<string, Message>;
  /** The leaf that is shown; its ancestors are the thread. Null in an empty conversation. */
  currentId: string | null;
  pending: PendingMessage[];
}

export interface ConversationSummary {
  id: string;
  title: string;
  updatedAt: number;
  messageCount: number;
}

/** What a running answer waits for or is at. Never stored. */
export type AnswerProgress =
  /** `position` is how many wait before it; `expectedMs` is left out while nothing is known. */
  | { phase: 'queued'; position: number; expectedMs?: number }
  | { phase: 'loading'; fraction: number; model: string }
  | { phase: 'prefill'; done: number; total: number; reused: number }
  | { phase: 'decode'; tokens: number; tokensPerSecond: number };

/** `messages` adds or replaces; `delta` appends to one running answer. */
export type ConversationEvent =
  | { type: 'messages'; messages: Message[]; currentId: string }
  | { type: 'delta'; messageId: string; reasoning: string; text: string }
  | { type: 'progress'; messageId: string; progress: AnswerProgress }
  | { type: 'finished'; message: AssistantMessage }
  | { type: 'changed'; title: string; currentId: string | null; settings: ConversationSettings }
  | { type: 'pending'; pending: PendingMessage[] }
  | { type: 'deleted' };

/** A conversation as it stands after event number `sequence`, running answers with all their text so far. */
export interface ConversationSnapshot {
  sequence: number;
  conversation: Conversation;
  progress: Record<string, AnswerProgress>;
}

export const ListConversations = new RequestType<null, ConversationSummary[], ErrorInfo>(
  'conversations/list',
);
export const ConversationsChanged = new NotificationType<ConversationSummary[]>('conversations/listChanged');

export const CreateConversation = new RequestType<
  { settings?: Partial<ConversationSettings> },
  Conversation,
  ErrorInfo
>('conversations/create');
export const DeleteConversation = new RequestType<{ id: string }, null, ErrorInfo>('conversations/delete');
export const RenameConversation = new RequestType<{ id: string; title: string }, null, ErrorInfo>(
  'conversations/rename',
);

/** Answers with the snapshot; every later event is sent to this connection until `CloseConversation`. */
export const OpenConversation = new RequestType<{ id: string }, ConversationSnapshot, ErrorInfo>(
  'conversations/open',
);
export const CloseConversation = new RequestType<{ id: string }, null, ErrorInfo>('conversations/close');

/** `sequence` grows by one an event and conversation: a gap means that the view must open it again. */
export const ConversationChanged = new NotificationType<{
  conversationId: string;
  sequence: number;
  event: ConversationEvent;
}>('conversations/event');

export type SendResult =
  { kind: 'sent'; userMessageId: string; answerId: string } | { kind: 'pending'; id: string };

/**
 * Stores the user's message, then answers it. `parentId` undefined continues the shown thread (and waits as
 * pending while it is being answered); another parent, or null, starts a branch.
 */
export const SendMessage = new RequestType<
  { conversationId: string; parentId?: string | null; content: UserContent },
  SendResult,
  ErrorInfo
>('conversations/send');

/** Another answer to the same message, as a sibling. */
export const Regenerate = new RequestType<
  { conversationId: string; answerId: string },
  { answerId: string },
  ErrorInfo
>('conversations/regenerate');

/** Goes on with an answer that broke off or was stopped, in the same message. One that runs already just runs. */
export const ContinueAnswer = new RequestType<{ conversationId: string; answerId: string }, null, ErrorInfo>(
  'conversations/continue',
);

/** Answered when decoding has really stopped. */
export const StopAnswer = new RequestType<{ conversationId: string; answerId: string }, null, ErrorInfo>(
  'conversations/stop',
);

/** Shows the branch that ends below this message. */
export const SelectBranch = new RequestType<{ conversationId: string; messageId: string }, null, ErrorInfo>(
  'conversations/select',
);

export const ConfigureConversation = new RequestType<
  { conversationId: string; settings: Partial<ConversationSettings> },
  null,
  ErrorInfo
>('conversations/configure');

/** Changes a pending message, or takes it back (`content` null). */
export const EditPending = new RequestType<
  { conversationId: string; pendingId: string; content: UserContent | null },
  null,
  ErrorInfo
>('conversations/editPending');
