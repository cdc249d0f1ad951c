/** Where the next message is written. */
import { useEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../state/chat-state';
import { runningAnswerId } from '../state/chat-state';
import { hasContent } from '../state/draft';
import { useActions } from '../state/actions-context';
import { Chips } from './chips';
import { ContextMeter } from './context-meter';
import { EffortSelect } from './effort-select';
import { Icon } from './icon';
import { IconButton } from './icon-button';
import { PendingList } from './pending-list';
import { TextBox } from './text-box';

export function Composer({ state }: { state: ChatState }) {
  const { act, command, sendDraft, editLast, stop } = useActions();
  const { draft, view, conversation, stoppingId, focusRequests } = state;
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // Not when the view appears by itself: the focus may be in the editor.
    if (focusRequests > 0) box.current?.focus();
  }, [focusRequests]);
  useEffect(() => {
    const onFocus = () => {
      if (document.activeElement === document.body) box.current?.focus();
    };
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, []);

  const runningId = runningAnswerId(state);
  const content = hasContent(draft);
  const showsStop = runningId !== null && !content;
  return (
    <div class="composer">
      <PendingList pending={conversation?.pending ?? []} />
      <div class="input-frame" data-testid="composer-frame" onClick={() => box.current?.focus()}>
        {draft.branchFrom !== null && (
          <div class="branch-note" data-testid="branch-note">
            <Icon name="git-branch" />
            <span>Continues from an earlier answer</span>
            <IconButton
              icon="close"
              label="Continue at the end instead"
              onClick={() => act({ type: 'branchFrom', answerId: null })}
            />
          </div>
        )}
        <Chips
          attachments={draft.attachments}
          onRemove={(attachment) => act({ type: 'detach', attachment })}
        />
        <TextBox
          boxRef={box}
          value={draft.text}
          label="Message"
          placeholder={runningId === null ? 'Ask anything' : 'Ask next; it waits for this answer'}
          testId="composer"
          onInput={(text) => act({ type: 'type', text })}
          onEnter={sendDraft}
          onArrowUp={(event) => {
            if (draft.text !== '') return;
            event.preventDefault();
            editLast();
          }}
        />
        <div class="composer-row">
          <button
            type="button"
            class="picker model-picker"
            title="Switch model"
            data-testid="model"
            onClick={() => command('switchModel')}
          >
            <span class="picker-label">{view.activeModel?.name ?? 'Choose a model'}</span>
            <Icon name="chevron-down" />
          </button>
          <EffortSelect state={state} />
          <span class="composer-space" />
          <ContextMeter state={state} />
          {showsStop ? (
            <IconButton
              icon="debug-stop"
              label={stoppingId === runningId ? 'Stopping…' : 'Stop (Escape)'}
              disabled={stoppingId === runningId}
              testId="stop"
              onClick={stop}
            />
          ) : (
            <IconButton
              icon="send"
              label={runningId === null ? 'Send (Enter)' : 'Send after this answer (Enter)'}
              disabled={!content || view.hub.kind === 'failed'}
              testId="send"
              onClick={sendDraft}
            />
          )}
        </div>
      </div>
    </div>
  );
}
