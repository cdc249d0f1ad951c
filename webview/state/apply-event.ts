/** What an event of the shown conversation does to the state. */
import type {
  AssistantMessage,
  Conversation,
  ConversationEvent,
  ConversationSnapshot,
  Message,
} from '../../src/shared/protocol/conversations';
import type { ChatState, Draft, LiveAnswer } from './chat-state';
import { threadOf } from './thread';

export function applySnapshot(state: ChatState, snapshot: ConversationSnapshot | null): ChatState {
  const same = snapshot !== null && snapshot.conversation.id === state.conversation?.id;
  const kept = {
    ...state,
    resyncing: false,
    sending: snapshot === null || !arrived(state.sending, snapshot) ? state.sending : null,
    editingId: same ? state.editingId : null,
    notice: same ? state.notice : null,
    // A new chat begins with the effort of the last one, as its settings will.
    effort: snapshot?.conversation.settings.effort ?? state.effort,
  };
  if (snapshot === null) {
    const draft = { ...state.draft, branchFrom: null };
    return { ...kept, conversation: null, sequence: 0, live: {}, thread: [], draft, stoppingId: null };
  }
  const { conversation, sequence, progress } = snapshot;
  const live: Record<string, LiveAnswer> = {};
  for (const message of Object.values(conversation.messages)) {
    if (!isRunning(message)) continue;
    const known = same ? state.live[message.id] : undefined;
    const at = progress[message.id];
    live[message.id] = {
      ...known,
      reasoning: message.reasoning,
      text: message.text,
      ...(at !== undefined && { progress: at }),
    };
  }
  const { branchFrom } = state.draft;
  return {
    ...kept,
    conversation,
    sequence,
    live,
    thread: threadOf(conversation),
    draft:
      branchFrom !== null && conversation.messages[branchFrom] === undefined
        ? { ...state.draft, branchFrom: null }
        : state.draft,
    stoppingId: state.stoppingId !== null && state.stoppingId in live ? state.stoppingId : null,
  };
}

export function applyEvent(
  state: ChatState,
  conversation: Conversation,
  event: ConversationEvent,
  now: number,
): ChatState {
  switch (event.type) {
    case 'messages':
      return addMessages(state, conversation, event.messages, event.currentId);
    case 'delta':
      return appendDelta(state, event, now);
    case 'progress': {
      const answer = state.live[event.messageId];
      if (answer === undefined) return state;
      return withLive(state, event.messageId, { ...answer, progress: event.progress });
    }
    case 'finished':
      return finish(state, conversation, event.message);
    case 'changed': {
      const { title, settings, currentId } = event;
      const next = { ...conversation, title, settings, currentId };
      const thread = currentId === conversation.currentId ? state.thread : threadOf(next);
      return { ...state, conversation: next, thread, effort: settings.effort };
    }
    case 'pending':
      return { ...state, sending: null, conversation: { ...conversation, pending: event.pending } };
    case 'deleted':
      return applySnapshot(state, null);
  }
}

function addMessages(
  state: ChatState,
  conversation: Conversation,
  messages: Message[],
  currentId: string,
): ChatState {
  const all = { ...conversation.messages };
  const live = { ...state.live };
  let begun = false;
  for (const message of messages) {
    all[message.id] = message;
    if (!isRunning(message)) continue;
    begun ||= live[message.id] === undefined;
    live[message.id] = { ...live[message.id], reasoning: message.reasoning, text: message.text };
  }
  const next = { ...conversation, messages: all, currentId };
  return {
    ...state,
    conversation: next,
    live,
    thread: threadOf(next),
    sending: messages.some(({ role }) => role === 'user') ? null : state.sending,
    announcement: begun ? 'Answering' : state.announcement,
  };
}

function appendDelta(
  state: ChatState,
  { messageId, reasoning, text }: Extract<ConversationEvent, { type: 'delta' }>,
  now: number,
): ChatState {
  const answer = state.live[messageId];
  if (answer === undefined) return state;
  const next: LiveAnswer = {
    ...answer,
    reasoning: answer.reasoning + reasoning,
    text: answer.text + text,
  };
  if (answer.reasoning === '' && reasoning !== '') next.reasoningSince = now;
  if (answer.text === '' && text !== '') {
    if (next.reasoningSince !== undefined) next.reasoningMs = now - next.reasoningSince;
    if (answer.progress?.phase === 'decode') next.reasoningTokens = answer.progress.tokens;
  }
  return withLive(state, messageId, next);
}

function finish(state: ChatState, conversation: Conversation, message: AssistantMessage): ChatState {
  const { [message.id]: ended, ...live } = state.live;
  const messages = { ...conversation.messages, [message.id]: message };
  const next = { ...conversation, messages };
  const shown = state.thread.some((entry) => entry.message.id === message.id);
  return {
    ...state,
    conversation: next,
    live,
    thread: shown ? threadOf(next) : state.thread,
    stoppingId: state.stoppingId === message.id ? null : state.stoppingId,
    announcement: shown && ended !== undefined ? spoken(message) : state.announcement,
  };
}

function spoken({ text, error, stopReason }: AssistantMessage): string {
  if (error !== undefined) return [text, error.message].filter((part) => part !== '').join('\n');
  return stopReason === 'cancelled' ? 'Stopped' : text;
}

function withLive(state: ChatState, id: string, answer: LiveAnswer): ChatState {
  return { ...state, live: { ...state.live, [id]: answer } };
}

/** True if what was sent is in the conversation, as a message or waiting as pending. */
function arrived(sent: Draft | null, { conversation }: ConversationSnapshot): boolean {
  if (sent === null) return true;
  return (
    conversation.pending.some(({ content }) => content.text === sent.text) ||
    Object.values(conversation.messages).some(({ role, text }) => role === 'user' && text === sent.text)
  );
}

function isRunning(message: Message): message is AssistantMessage {
  return message.role === 'assistant' && message.status === 'running';
}
