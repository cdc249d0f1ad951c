/** The thread that is shown: the way from the root to the current message in a tree of branches. */
import type { Conversation, Message } from '../../src/shared/protocol/conversations';

export interface ThreadEntry {
  message: Message;
  /** Messages that could stand here instead, oldest first, this one included. */
  siblingIds: readonly string[];
}

export function threadOf({
  messages,
  currentId,
}: Pick<Conversation, 'messages' | 'currentId'>): ThreadEntry[] {
  const children = childrenByParent(messages);
  const path: ThreadEntry[] = [];
  const seen = new Set<string>();
  let message = currentId === null ? undefined : messages[currentId];
  while (message !== undefined && !seen.has(message.id)) {
    seen.add(message.id);
    path.push({ message, siblingIds: children.get(message.parentId) ?? [message.id] });
    message = message.parentId === null ? undefined : messages[message.parentId];
  }
  return path.reverse();
}

function childrenByParent(messages: Conversation['messages']): Map<string | null, string[]> {
  const oldestFirst = Object.values(messages).sort((a, b) => a.createdAt - b.createdAt);
  const children = new Map<string | null, string[]>();
  for (const { id, parentId } of oldestFirst) {
    const siblings = children.get(parentId);
    if (siblings === undefined) children.set(parentId, [id]);
    else siblings.push(id);
  }
  return children;
}
