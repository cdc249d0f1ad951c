/** Messages that wait for the running answer. Each can be changed or taken back until its turn. */
import { useState } from 'preact/hooks';
import type { PendingMessage } from '../../src/shared/protocol/conversations';
import { useActions } from '../state/actions-context';
import { fileLabel } from '../text/file-label';
import { Icon } from './icon';
import { IconButton } from './icon-button';
import { InlineEditor } from './inline-editor';

export function PendingList({ pending }: { pending: readonly PendingMessage[] }) {
  const { post, act } = useActions();
  const [editing, setEditing] = useState<string | null>(null);
  const close = () => {
    setEditing(null);
    act({ type: 'focusComposer' });
  };
  if (pending.length === 0) return null;
  return (
    <div class="pending-list" role="list" aria-label="Waiting messages">
      {pending.map(({ id, content }) => (
        <div key={id} class="pending" role="listitem" data-testid="pending">
          {editing === id ? (
            <InlineEditor
              content={content}
              label="Edit waiting message"
              submitLabel="Save"
              onSubmit={(changed) => {
                post({ type: 'editPending', pendingId: id, content: changed });
                close();
              }}
              onCancel={close}
            />
          ) : (
            <div class="pending-chip">
              <Icon name="clock" />
              <button
                type="button"
                class="pending-text"
                title="Edit"
                onClick={() => setEditing(id)}
                data-testid="pending-edit"
              >
                {content.text === '' ? content.attachments.map(fileLabel).join(', ') : content.text}
              </button>
              <IconButton
                icon="close"
                label="Remove waiting message"
                testId="pending-remove"
                onClick={() => {
                  post({ type: 'editPending', pendingId: id, content: null });
                  close();
                }}
              />
            </div>
          )}
        </div>
      ))}
    </div>
  );
}
