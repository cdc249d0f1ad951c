import { useActions } from '../state/actions-context';
import type { ChatState } from '../state/chat-state';
import { Connecting } from './connecting';
import { ErrorCard } from './error-card';

/** What is to be said about the hub, and errors that belong to no answer. */
export function Notices({ state: { view, notice, thread } }: { state: ChatState }) {
  const { post, act } = useActions();
  return (
    <>
      {view.hub.kind === 'connecting' && thread.length > 0 && <Connecting />}
      {view.hub.kind === 'failed' && (
        <ErrorCard error={view.hub.error} onRetry={() => post({ type: 'ready' })} />
      )}
      {notice !== null && <ErrorCard error={notice} onDismiss={() => act({ type: 'dismissNotice' })} />}
    </>
  );
}
