/** Conversations and their messages for tests, with everything that a test does not care about filled in. */
import type {
  AssistantMessage,
  Conversation,
  Message,
  UserMessage,
} from '../../src/shared/protocol/conversations';

export function user(id: string, parentId: string | null, fields: Partial<UserMessage> = {}): UserMessage {
  return { role: 'user', id, parentId, createdAt: 1, text: `text of ${id}`, attachments: [], ...fields };
}

export function answer(
  id: string,
  parentId: string,
  fields: Partial<AssistantMessage> = {},
): AssistantMessage {
  return {
    role: 'assistant',
    id,
    parentId,
    createdAt: 2,
    model: 'm',
    reasoning: '',
    text: `text of ${id}`,
    toolCalls: [],
    status: 'finished',
    ...fields,
  };
}

/** The last message is the one that is shown. */
export function conversation(messages: Message[], fields: Partial<Conversation> = {}): Conversation {
  return {
    id: '00000000-0000-4000-8000-000000000001',
    title: 'Title',
    createdAt: 1,
    updatedAt: 2,
    settings: {
      system: 'system {date} {effort}',
      instructions: 'be brief',
      effort: 'low',
      sampling: { temperature: 1, topP: 1, topK: 0, minP: 0 },
    },
    messages: Object.fromEntries(messages.map((message) => [message.id, message])),
    currentId: messages.at(-1)?.id ?? null,
    pending: [],
    ...fields,
  };
}
