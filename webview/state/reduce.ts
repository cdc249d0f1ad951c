/** The view's state machine: one pure function over what the extension says and what the user does. */
import type { Attachment } from '../../src/shared/protocol/conversations';
import type { ReasoningEffort } from '../../src/shared/protocol/prompt';
import type { ToWebview } from '../../src/shared/protocol/webview';
import { applyEvent, applySnapshot } from './apply-event';
import { EMPTY_DRAFT, type ChatState, type Draft } from './chat-state';
import { attachmentKey, hasContent, withAttachments } from './draft';

export type UserAction =
  | { type: 'type'; text: string }
  | { type: 'detach'; attachment: Attachment }
  | { type: 'branchFrom'; answerId: string | null }
  /** Handed to the extension, from the composer or from a message that was edited in place. */
  | { type: 'sent'; draft: Draft; from: 'composer' | 'message' }
  | { type: 'edit'; messageId: string | null }
  | { type: 'stopping'; answerId: string }
  | { type: 'chooseEffort'; effort: ReasoningEffort }
  | { type: 'focusComposer' }
  | { type: 'closeHistory' }
  | { type: 'dismissNotice' };

export type Action = { from: 'extension'; message: ToWebview } | { from: 'user'; action: UserAction };

/** `now` is when the messages came, in milliseconds. */
export function reduce(state: ChatState, action: Action, now: number): ChatState {
  return action.from === 'extension'
    ? onMessage(state, action.message, now)
    : onUserAction(state, action.action);
}

function onMessage(state: ChatState, message: ToWebview, now: number): ChatState {
  switch (message.type) {
    case 'state': {
      const next = { ...state, view: message.state };
      return message.state.hub.kind === 'failed' ? takeBack(next) : next;
    }
    case 'conversation':
      return applySnapshot(state, message.snapshot);
    case 'event':
      return onEvent(state, message, now);
    case 'attach': {
      const attachments = withAttachments(state.draft.attachments, message.attachments);
      return focusComposer({ ...state, draft: { ...state.draft, attachments } });
    }
    case 'history': {
      const { open, conversations } = message;
      return { ...state, history: { open: open || state.history.open, conversations } };
    }
    case 'compose':
      return focusComposer(
        state.draft.text === '' ? { ...state, draft: { ...state.draft, text: message.text } } : state,
      );
    case 'error':
      return takeBack({ ...state, notice: message.error, announcement: message.error.message });
  }
}

function onEvent(
  state: ChatState,
  { conversationId, sequence, event }: Extract<ToWebview, { type: 'event' }>,
  now: number,
): ChatState {
  if (state.resyncing || state.conversation === undefined) return state;
  if (state.conversation?.id !== conversationId) return { ...state, resyncing: true };
  if (sequence <= state.sequence) return state;
  if (sequence !== state.sequence + 1) return { ...state, resyncing: true };
  return applyEvent({ ...state, sequence }, state.conversation, event, now);
}

function onUserAction(state: ChatState, action: UserAction): ChatState {
  switch (action.type) {
    case 'type':
      return { ...state, draft: { ...state.draft, text: action.text } };
    case 'detach': {
      const gone = attachmentKey(action.attachment);
      const attachments = state.draft.attachments.filter((one) => attachmentKey(one) !== gone);
      return focusComposer({ ...state, draft: { ...state.draft, attachments } });
    }
    case 'branchFrom':
      return focusComposer({ ...state, draft: { ...state.draft, branchFrom: action.answerId } });
    case 'sent':
      return focusComposer({
        ...state,
        sending: action.draft,
        draft: action.from === 'composer' ? EMPTY_DRAFT : state.draft,
        editingId: action.from === 'message' ? null : state.editingId,
        notice: null,
      });
    case 'edit':
      return action.messageId === null
        ? focusComposer({ ...state, editingId: null })
        : { ...state, editingId: action.messageId };
    case 'stopping':
      return { ...state, stoppingId: action.answerId };
    case 'chooseEffort':
      return { ...state, effort: action.effort };
    case 'focusComposer':
      return focusComposer(state);
    case 'closeHistory':
      return focusComposer({ ...state, history: { ...state.history, open: false } });
    case 'dismissNotice':
      return focusComposer({ ...state, notice: null });
  }
}

/** What could not be sent goes back to where it was typed, unless something new stands there. */
function takeBack(state: ChatState): ChatState {
  if (state.sending === null) return state;
  return { ...state, sending: null, draft: hasContent(state.draft) ? state.draft : state.sending };
}

function focusComposer(state: ChatState): ChatState {
  return { ...state, focusRequests: state.focusRequests + 1 };
}
