/** Between the extension and the chat webview. Closed unions: an unhandled message does not compile. */
import type {
  Attachment,
  ConversationEvent,
  ConversationSnapshot,
  ConversationSummary,
  UserContent,
} from './conversations';
import type { ErrorInfo } from './errors';
import type { ModelFile, ResidentModel } from './models';
import type { ReasoningEffort } from './prompt';
import type { QueueEntry } from './system';

/** The small state around the thread; replaced whole. */
export interface ViewState {
  hub: { kind: 'connecting' } | { kind: 'connected' } | { kind: 'failed'; error: ErrorInfo };
  /** The active model's name, loaded or not; `models` has the resident ones. */
  activeModel?: ModelFile;
  models: ResidentModel[];
  queue: QueueEntry[];
  /** True while nothing but the bundled demo model is there. */
  demoModelOnly: boolean;
  /** While only the demo model is there: real ones, and whether they would fit. */
  offers?: readonly ModelOffer[];
}

/** A model that this machine might hold. */
export interface ModelOffer {
  name: string;
  fileBytes: number;
  /** Where it would lie; undefined while the machine is not known. */
  fits?: 'gpu' | 'partly' | 'ram' | 'no';
  /** "fits into your GPU's 95.6 GiB", or nothing. */
  verdict: string;
}

export type ToWebview =
  | { type: 'state'; state: ViewState }
  /** Shows a conversation (null: an empty, not yet created one). Replaces whatever was shown. */
  | { type: 'conversation'; snapshot: ConversationSnapshot | null }
  | { type: 'event'; conversationId: string; sequence: number; event: ConversationEvent }
  /** Adds chips to the composer. */
  | { type: 'attach'; attachments: Attachment[] }
  /** Opens or refreshes the list of earlier chats. */
  | { type: 'history'; conversations: ConversationSummary[]; open: boolean }
  /** Puts text into the composer if it is empty, and the focus there. */
  | { type: 'compose'; text: string }
  | { type: 'error'; error: ErrorInfo };

/** Commands that a button in the view may run. */
export type ViewCommand =
  | 'switchModel'
  | 'addModel'
  | 'reloadModel'
  | 'reloadWithLess'
  | 'makeRoom'
  | 'cancelLoad'
  | 'showLogs'
  | 'openSettings'
  | 'showMenu'
  | 'showQueue'
  | 'report';

export type FromWebview =
  /** The view is there and has nothing: answer with `state` and `conversation`. */
  | { type: 'ready' }
  /** `parentId` undefined continues the thread; another one edits an earlier message as a branch. */
  | { type: 'send'; content: UserContent; parentId?: string | null }
  | { type: 'stop'; answerId: string }
  /** Goes on with an answer where it broke off. */
  | { type: 'continue'; answerId: string }
  /** Makes a waiting answer the next one. */
  | { type: 'moveUp'; answerId: string }
  | { type: 'regenerate'; answerId: string }
  | { type: 'selectBranch'; messageId: string }
  | { type: 'editPending'; pendingId: string; content: UserContent | null }
  | { type: 'setEffort'; effort: ReasoningEffort }
  | { type: 'newChat' }
  | { type: 'showHistory' }
  | { type: 'openConversation'; id: string }
  | { type: 'renameConversation'; id: string; title: string }
  | { type: 'deleteConversation'; id: string }
  | { type: 'copy'; text: string }
  | { type: 'insertAtCursor'; code: string }
  | { type: 'newFile'; code: string; language: string }
  /** `path` is the file that the question was about, if it had a selection. */
  | { type: 'applyCode'; code: string; language: string; attachment?: Attachment }
  | { type: 'openFile'; path: string; line: number }
  | { type: 'openLink'; url: string }
  | { type: 'command'; command: ViewCommand };
