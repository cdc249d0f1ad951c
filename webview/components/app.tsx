/** The chat view as a whole. */
import { useEffect, useMemo } from 'preact/hooks';
import { createActions } from '../state/actions';
import { ActionsContext } from '../state/actions-context';
import { runningAnswerId, type ChatState } from '../state/chat-state';
import type { ChatStore } from '../state/chat-store';
import { residentModel } from '../state/model-facts';
import { useChatState } from '../state/use-chat-state';
import { Composer } from './composer';
import { EmptyState } from './empty-state';
import { History } from './history';
import { ModelLoading } from './model-loading';
import { Notices } from './notices';
import { Thread } from './thread';

export function App({ store }: { store: ChatStore }) {
  const state = useChatState(store);
  const actions = useMemo(() => createActions(store), [store]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) actions.stop();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [actions]);

  const { conversation, history, thread } = state;
  return (
    <ActionsContext.Provider value={actions}>
      <main class="chat" inert={history.open} data-hub={state.view.hub.kind}>
        {thread.length > 0 && conversation !== null && conversation !== undefined ? (
          <Thread
            conversationId={conversation.id}
            entries={thread}
            live={state.live}
            editingId={state.editingId}
            stoppingId={state.stoppingId}
            branchFrom={state.draft.branchFrom}
          >
            <Notices state={state} />
          </Thread>
        ) : (
          <div class="thread-frame">
            <div class="thread">
              <div class="thread-content">
                {conversation !== undefined && state.view.hub.kind !== 'failed' && (
                  <EmptyState state={state} />
                )}
                <Notices state={state} />
              </div>
            </div>
          </div>
        )}
        <LoadingAbove state={state} />
        <Composer state={state} />
      </main>
      {history.open && <History conversations={history.conversations} currentId={conversation?.id} />}
      <div class="spoken" aria-live="polite" data-testid="announcement">
        {state.announcement}
      </div>
    </ActionsContext.Provider>
  );
}

/** A load that no answer in the thread and no empty state shows already. */
function LoadingAbove({ state }: { state: ChatState }) {
  const model = residentModel(state);
  const runningId = runningAnswerId(state);
  const shown = runningId !== null && state.live[runningId]?.progress?.phase === 'loading';
  if (model?.status.kind !== 'loading' || shown || state.thread.length === 0) return null;
  return (
    <div class="above-composer">
      <ModelLoading model={model} sizeBytes={state.view.activeModel?.sizeBytes} />
    </div>
  );
}
