/** The conversation. Only what is near the eye is in the page, however long it is. */
import { Fragment, type ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Message, UserMessage } from '../../src/shared/protocol/conversations';
import type { LiveAnswer } from '../state/chat-state';
import type { ThreadEntry } from '../state/thread';
import { IconButton } from './icon-button';
import { MessageItem } from './message-item';
import { useFollowEnd } from './use-follow-end';
import { useVirtualRows } from './use-virtual-rows';

export interface ThreadProps {
  conversationId: string;
  entries: readonly ThreadEntry[];
  live: Readonly<Record<string, LiveAnswer>>;
  editingId: string | null;
  stoppingId: string | null;
  /** The answer that the next message continues from; what comes after it is dimmed. */
  branchFrom: string | null;
  /** Cards below the last message. */
  children: ComponentChildren;
}

const ESTIMATED_HEIGHT = 160;

export function Thread(props: ThreadProps) {
  const { conversationId, entries, live, editingId, stoppingId, branchFrom, children } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(-1);
  const indexOf = (id: string | null) => entries.findIndex(({ message }) => message.id === id);
  const { rows, after, measure } = useVirtualRows({
    count: entries.length,
    scroller,
    // Siblings share a row, so that the focus stays on the arrow that switches between them.
    keyOf: (index) => entries[index]?.message.parentId ?? '',
    estimate: ESTIMATED_HEIGHT,
    pinned: [focused, editingId === null ? -1 : indexOf(editingId)].filter((index) => index >= 0),
  });
  const last = entries.at(-1)?.message.id;
  const lastUser = entries.findLast(({ message }) => message.role === 'user')?.message.id;
  const { atEnd, toEnd } = useFollowEnd(scroller, content, `${conversationId} ${lastUser ?? ''}`);
  const dimmedAfter = branchFrom === null ? Infinity : indexOf(branchFrom);

  return (
    <div class="thread-frame">
      <div class="thread" ref={scroller} data-testid="thread">
        <div
          ref={content}
          class="thread-content"
          role="list"
          aria-label="Messages"
          onFocusOut={() => setFocused(-1)}
        >
          {rows.map(({ index, key, gap }) => {
            const entry = entries[index];
            if (entry === undefined) return null;
            const { message, siblingIds } = entry;
            return (
              // The key is the fragment's, so that a row keeps its elements when the rows before it change.
              <Fragment key={key}>
                {gap > 0 && <div aria-hidden="true" style={{ height: `${gap}px` }} />}
                <div
                  ref={measure}
                  data-index={index}
                  class={index > dimmedAfter ? 'row dimmed' : 'row'}
                  role="listitem"
                  aria-setsize={entries.length}
                  aria-posinset={index + 1}
                  onFocusIn={() => setFocused(index)}
                >
                  <MessageItem
                    message={message}
                    siblingIds={siblingIds}
                    live={live[message.id]}
                    question={questionOf(message, entries[index - 1]?.message)}
                    editing={message.id === editingId}
                    stopping={message.id === stoppingId}
                    last={message.id === last}
                  />
                </div>
              </Fragment>
            );
          })}
          <div aria-hidden="true" style={{ height: `${after}px` }} />
          {children}
        </div>
        {!atEnd && (
          <div class="to-end">
            <IconButton icon="arrow-down" label="Scroll to the end" testId="to-end" onClick={toEnd} />
          </div>
        )}
      </div>
    </div>
  );
}

function questionOf(message: Message, before: Message | undefined): UserMessage | undefined {
  return message.role === 'assistant' && before?.role === 'user' ? before : undefined;
}
