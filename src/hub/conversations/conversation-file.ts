/** A conversation's form on disk: JSON with a version, in the shape of a tree. */
import type {
  AssistantMessage,
  Conversation,
  Message,
  PendingMessage,
} from '../../shared/protocol/conversations';
import { HearthError } from '../../shared/protocol/errors';

const FORMAT = 'hearth-conversation';
const VERSION = 1;

/** A file that is whole, but of a Hearth that does not exist yet: it stays where it is. */
export class NewerFormatError extends HearthError {}

export function serializeConversation(conversation: Conversation): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, conversation }, null, 1)}\n`;
}

/**
 * @throws HearthError `conversation-damaged` when the text is not a whole conversation; NewerFormatError for one of a
 *   later version
 */
export function parseConversation(text: string): Conversation {
  let file: { format?: unknown; version?: unknown; conversation?: unknown } | null;
  try {
    file = JSON.parse(text) as typeof file;
  } catch (error) {
    throw damaged('it is no longer valid JSON', error instanceof Error ? error.message : String(error));
  }
  if (file?.format !== FORMAT) throw damaged('it is not a conversation of Hearth');
  if (typeof file.version === 'number' && file.version > VERSION) {
    throw new NewerFormatError(
      'conversation-damaged',
      `A conversation was written by a newer Hearth (format ${file.version}).`,
      'Update Hearth to open it. It was left as it is.',
    );
  }
  const value = file.conversation;
  if (!isConversation(value)) throw damaged('parts of it are missing');
  checkTree(value);
  return value;
}

/** Answers that were running when a hub died are finished, with the reason; `partial` has what they had said. */
export function closeInterrupted(
  conversation: Conversation,
  partial: (answerId: string) => { reasoning: string; text: string },
): AssistantMessage[] {
  const closed: AssistantMessage[] = [];
  for (const message of Object.values(conversation.messages)) {
    if (message.role !== 'assistant' || message.status !== 'running') continue;
    const said = partial(message.id);
    // The file itself may have more: the beginning of an answer that was being continued.
    const isLonger =
      said.reasoning.length + said.text.length > message.reasoning.length + message.text.length;
    Object.assign(message, isLonger && said, {
      status: 'finished',
      stopReason: 'failed',
      error: {
        code: 'hub-lost',
        message: "Hearth's background process ended during this answer. What had been said is kept.",
        advice: 'Go on with the answer, or regenerate it.',
      },
    } satisfies Partial<AssistantMessage>);
    closed.push(message);
  }
  return closed;
}

function isConversation(value: unknown): value is Conversation {
  if (typeof value !== 'object' || value === null) return false;
  const { id, title, createdAt, updatedAt, settings, messages, currentId, pending } = value as Partial<
    Record<keyof Conversation, unknown>
  >;
  return (
    typeof id === 'string' &&
    typeof title === 'string' &&
    typeof createdAt === 'number' &&
    typeof updatedAt === 'number' &&
    typeof settings === 'object' &&
    settings !== null &&
    typeof messages === 'object' &&
    messages !== null &&
    Object.entries(messages).every(([key, message]) => isMessage(key, message)) &&
    (currentId === null || typeof currentId === 'string') &&
    Array.isArray(pending) &&
    pending.every(isPending)
  );
}

function isMessage(key: string, value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const { id, role, parentId, createdAt, text, attachments, reasoning, toolCalls, status } = value as Record<
    string,
    unknown
  >;
  if (id !== key || typeof createdAt !== 'number' || typeof text !== 'string') return false;
  if (role === 'user')
    return (parentId === null || typeof parentId === 'string') && Array.isArray(attachments);
  return (
    role === 'assistant' &&
    typeof parentId === 'string' &&
    typeof reasoning === 'string' &&
    Array.isArray(toolCalls) &&
    (status === 'running' || status === 'finished')
  );
}

function isPending(value: unknown): value is PendingMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { id, content } = value as Record<string, unknown>;
  if (typeof id !== 'string' || typeof content !== 'object' || content === null) return false;
  const { text, attachments } = content as Record<string, unknown>;
  return typeof text === 'string' && Array.isArray(attachments);
}

/** Every parent exists and every walk to the root ends. */
function checkTree(conversation: Conversation): void {
  const { messages, currentId } = conversation;
  if (currentId !== null && !Object.hasOwn(messages, currentId)) throw damaged('its last message is missing');
  const reachesRoot = new Set<string>();
  for (const start of Object.values(messages)) {
    const path = new Set<string>();
    let message = start;
    while (!reachesRoot.has(message.id)) {
      if (path.has(message.id)) throw damaged('its messages form a circle');
      path.add(message.id);
      if (message.parentId === null) break;
      const parent: Message | undefined = messages[message.parentId];
      if (parent === undefined) throw damaged('a message has lost the one before it');
      message = parent;
    }
    for (const id of path) reachesRoot.add(id);
  }
}

function damaged(reason: string, details?: string): HearthError {
  return new HearthError(
    'conversation-damaged',
    `A conversation could not be read: ${reason}.`,
    'It was moved aside unharmed; the other conversations still open.',
    details,
  );
}
