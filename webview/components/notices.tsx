import { ProgressRing } from '../controls';
import { useActions } from '../state/actions-context';
import type { ChatState } from '../state/chat-state';
import { ErrorCard } from './error-card';

/** What is to be said about the hub, and errors that belong to no answer. */
export function Notices({ state: { view, notice } }: { state: ChatState }) {
  const { post, act } = useActions();
  return (
    <>
      {view.hub.kind === 'connecting' && (
        <div class="connecting" data-testid="progress">
          <ProgressRing label="Starting Hearth" />
          <span>Starting Hearth…</span>
        </div>
      )}
      {view.hub.kind === 'failed' && (
        <ErrorCard error={view.hub.error} onRetry={() => post({ type: 'ready' })} />
      )}
      {notice !== null && <ErrorCard error={notice} onDismiss={() => act({ type: 'dismissNotice' })} />}
    </>
  );
}
