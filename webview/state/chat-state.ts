/** Everything that the view shows, as one value. */
import type {
  AnswerProgress,
  Conversation,
  ConversationSummary,
  UserContent,
} from '../../src/shared/protocol/conversations';
import type { ErrorInfo } from '../../src/shared/protocol/errors';
import type { ReasoningEffort } from '../../src/shared/protocol/prompt';
import type { ViewState } from '../../src/shared/protocol/webview';
import type { ThreadEntry } from './thread';

/**
 * A running answer. It grows here and not in the conversation, so that a token touches one small object and
 * never the messages, however many there are.
 */
export interface LiveAnswer {
  reasoning: string;
  text: string;
  progress?: AnswerProgress;
  /** When this view saw the first reasoning; undefined if it came in the middle of it. */
  reasoningSince?: number;
  /** Set once the answer's text has begun, if it could be measured. */
  reasoningMs?: number;
  reasoningTokens?: number;
}

export interface Draft extends UserContent {
  /** The answer that the next message continues from, if that is not the thread's end. */
  branchFrom: string | null;
}

export interface ChatState {
  view: ViewState;
  /** Undefined until the extension has said which one; null is an empty one that does not exist yet. */
  conversation: Conversation | null | undefined;
  /** Number of the last event that is contained in `conversation` and `live`. */
  sequence: number;
  /** An event was missed: events are ignored until a new snapshot is here. */
  resyncing: boolean;
  live: Readonly<Record<string, LiveAnswer>>;
  /** From the first message to the current one. */
  thread: readonly ThreadEntry[];
  draft: Draft;
  /** What was sent and has not yet come back; goes back into the composer if sending failed. */
  sending: Draft | null;
  /** The user message that is being edited in place. */
  editingId: string | null;
  /** The answer that was asked to stop and is still being decoded. */
  stoppingId: string | null;
  /** Effort chosen before there is a conversation. */
  effort: ReasoningEffort;
  history: { open: boolean; conversations: readonly ConversationSummary[] };
  /** An error that belongs to no answer. */
  notice: ErrorInfo | null;
  /** What a screen reader is told. */
  announcement: string;
  /** Grows when the composer should take the focus. */
  focusRequests: number;
}

export const EMPTY_DRAFT: Draft = { text: '', attachments: [], branchFrom: null };

export function initialState(draft: Draft = EMPTY_DRAFT): ChatState {
  return {
    view: { hub: { kind: 'connecting' }, models: [], queue: [], demoModelOnly: false },
    conversation: undefined,
    sequence: 0,
    resyncing: false,
    live: {},
    thread: [],
    draft,
    sending: null,
    editingId: null,
    stoppingId: null,
    effort: 'medium',
    history: { open: false, conversations: [] },
    notice: null,
    announcement: '',
    focusRequests: 0,
  };
}

/** The running answer of the thread, if there is one. */
export function runningAnswerId(state: ChatState): string | null {
  const last = state.thread.at(-1)?.message;
  return last?.role === 'assistant' && last.status === 'running' ? last.id : null;
}
