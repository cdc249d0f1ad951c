/** Earlier chats: search, open, rename, delete. Arrow keys walk the list, Escape leaves it. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ConversationSummary } from '../../src/shared/protocol/conversations';
import { TextField } from '../controls';
import { useActions } from '../state/actions-context';
import { HistoryItem } from './history-item';
import { IconButton } from './icon-button';

export interface HistoryProps {
  conversations: readonly ConversationSummary[];
  currentId: string | undefined;
}

export function History({ conversations, currentId }: HistoryProps) {
  const { act, post } = useActions();
  const [query, setQuery] = useState('');
  const list = useRef<HTMLUListElement>(null);
  const found = useMemo(() => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    return conversations
      .filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)))
      .sort((a, b) => b.updatedAt - a.updatedAt);
  }, [conversations, query]);

  useEffect(() => {
    // A chat that was deleted takes the focus with it.
    if (document.activeElement === document.body)
      list.current?.querySelector<HTMLElement>('.history-open')?.focus();
  }, [found]);

  const close = () => act({ type: 'closeHistory' });
  const open = (id: string) => {
    post({ type: 'openConversation', id });
    close();
  };
  const openers = () => [...(list.current?.querySelectorAll<HTMLElement>('.history-open') ?? [])];
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (step !== undefined) {
      event.preventDefault();
      const rows = openers();
      const active = rows.findIndex((row) => row.closest('li')?.contains(document.activeElement) === true);
      rows[Math.min(rows.length - 1, Math.max(0, active + step))]?.focus();
    } else if (
      event.key === 'Enter' &&
      event.target instanceof Element &&
      event.target.matches('.text-field')
    ) {
      const first = found[0];
      if (first !== undefined) open(first.id);
    }
  };
  return (
    <div class="history" role="dialog" aria-label="Earlier chats" data-testid="history" onKeyDown={onKeyDown}>
      <div class="history-head">
        <TextField
          autofocus
          value={query}
          label="Search chats"
          placeholder="Search chats"
          testId="history-search"
          onInput={setQuery}
        />
        <IconButton icon="close" label="Close (Escape)" testId="history-close" onClick={close} />
      </div>
      {found.length === 0 && (
        <p class="history-none">
          {conversations.length === 0 ? 'No chats yet.' : 'No chat has these words.'}
        </p>
      )}
      <ul class="history-list" ref={list}>
        {found.map((conversation) => (
          <HistoryItem
            key={conversation.id}
            conversation={conversation}
            current={conversation.id === currentId}
            onOpen={() => open(conversation.id)}
          />
        ))}
      </ul>
    </div>
  );
}
