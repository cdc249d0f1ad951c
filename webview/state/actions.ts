/** What the user can do, as functions that tell the extension and the state. */
import type { Message, UserContent, UserMessage } from '../../src/shared/protocol/conversations';
import type { ReasoningEffort } from '../../src/shared/protocol/prompt';
import type { FromWebview, ViewCommand } from '../../src/shared/protocol/webview';
import { runningAnswerId, type ChatState } from './chat-state';
import { hasContent } from './draft';
import type { UserAction } from './reduce';

export interface Actions {
  post: (message: FromWebview) => void;
  act: (action: UserAction) => void;
  command: (command: ViewCommand) => void;
  /** Sends the composer's draft; while an answer is running it waits as pending. */
  sendDraft: () => void;
  /** Sends a changed message as a branch beside the old one. */
  sendEdit: (message: UserMessage, content: UserContent) => void;
  stop: () => void;
  setEffort: (effort: ReasoningEffort) => void;
  /** Opens the thread's last user message for editing. */
  editLast: () => void;
}

interface Store {
  readonly state: ChatState;
  post: (message: FromWebview) => void;
  act: (action: UserAction) => void;
}

export function createActions(store: Store): Actions {
  const { post, act } = store;
  return {
    post,
    act,
    command: (command) => post({ type: 'command', command }),
    sendDraft() {
      const { draft, view } = store.state;
      if (!hasContent(draft) || view.hub.kind === 'failed') return;
      const { branchFrom, ...content } = draft;
      post({ type: 'send', content, ...(branchFrom !== null && { parentId: branchFrom }) });
      act({ type: 'sent', draft, from: 'composer' });
    },
    sendEdit(message, content) {
      if (!hasContent(content)) return;
      post({ type: 'send', content, parentId: message.parentId });
      act({ type: 'sent', draft: { ...content, branchFrom: message.parentId }, from: 'message' });
    },
    stop() {
      const answerId = runningAnswerId(store.state);
      if (answerId === null || store.state.stoppingId === answerId) return;
      post({ type: 'stop', answerId });
      act({ type: 'stopping', answerId });
    },
    setEffort(effort) {
      post({ type: 'setEffort', effort });
      act({ type: 'chooseEffort', effort });
    },
    editLast() {
      const messages = store.state.thread.map((entry): Message => entry.message);
      const last = messages.findLast(({ role }) => role === 'user');
      if (last !== undefined) act({ type: 'edit', messageId: last.id });
    },
  };
}
