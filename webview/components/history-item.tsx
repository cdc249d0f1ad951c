import { useEffect, useRef, useState } from 'preact/hooks';
import type { ConversationSummary } from '../../src/shared/protocol/conversations';
import { Button, TextField } from '../controls';
import { useActions } from '../state/actions-context';
import { plural } from '../../src/shared/util/format';
import { formatAge } from '../text/format-age';
import { IconButton } from './icon-button';

export interface HistoryItemProps {
  conversation: ConversationSummary;
  current: boolean;
  onOpen: () => void;
}

type Mode = 'shown' | 'renaming' | 'deleting';

export function HistoryItem({ conversation, current, onOpen }: HistoryItemProps) {
  const { post } = useActions();
  const { id, title, updatedAt, messageCount } = conversation;
  const [mode, setMode] = useState<Mode>('shown');
  const [name, setName] = useState(title);
  const opener = useRef<HTMLButtonElement>(null);
  const wasShown = useRef(true);
  useEffect(() => {
    // Back from renaming or deleting, the focus returns to where it was.
    if (mode === 'shown' && !wasShown.current) opener.current?.focus();
    wasShown.current = mode === 'shown';
  }, [mode]);

  const rename = () => {
    const trimmed = name.trim();
    if (trimmed !== '' && trimmed !== title) post({ type: 'renameConversation', id, title: trimmed });
    setMode('shown');
  };
  const startRename = () => {
    setName(title);
    setMode('renaming');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (mode === 'shown' && event.key === 'F2') startRename();
    else if (mode === 'shown' && event.key === 'Delete') setMode('deleting');
    else if (mode !== 'shown' && event.key === 'Escape') setMode('shown');
    else if (mode === 'renaming' && event.key === 'Enter' && !event.isComposing) rename();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const label = title === '' ? 'Untitled' : title;
  return (
    <li
      class={current ? 'history-item current' : 'history-item'}
      aria-current={current ? 'true' : undefined}
      data-testid="history-item"
      onKeyDown={onKeyDown}
    >
      {mode === 'renaming' && (
        <div class="history-edit">
          <TextField autofocus value={name} label="Title" testId="history-title" onInput={setName} />
          <IconButton icon="check" label="Rename (Enter)" onClick={rename} />
        </div>
      )}
      {mode === 'deleting' && (
        <div class="history-confirm" role="group" aria-label={`Delete ${label}?`}>
          <span class="history-question">Delete “{label}”?</span>
          <div class="buttons">
            <Button
              autofocus
              testId="history-delete-confirm"
              onClick={() => post({ type: 'deleteConversation', id })}
            >
              Delete
            </Button>
            <Button secondary onClick={() => setMode('shown')}>
              Cancel
            </Button>
          </div>
        </div>
      )}
      {mode === 'shown' && (
        <>
          <button type="button" class="history-open" ref={opener} title={label} onClick={onOpen}>
            <span class="history-title">{label}</span>
            <span class="history-facts">
              {formatAge(updatedAt, Date.now())} · {plural(messageCount, 'message')}
            </span>
          </button>
          <div class="history-actions">
            <IconButton icon="edit" label="Rename (F2)" testId="history-rename" onClick={startRename} />
            <IconButton
              icon="trash"
              label="Delete"
              testId="history-delete"
              onClick={() => setMode('deleting')}
            />
          </div>
        </>
      )}
    </li>
  );
}
