/** From a conversation's thread to the prompt that the model gets: nothing is added, nothing is left out. */
import type { Conversation, Message } from '../../shared/protocol/conversations';
import type { Prompt, PromptMessage } from '../../shared/protocol/prompt';
import { expandSystemMessage } from '../../shared/util/system-message';
import { userText } from '../../shared/util/user-text';

/** The messages from the root to `leafId`, both included. */
export function thread(conversation: Conversation, leafId: string | null): Message[] {
  const path: Message[] = [];
  for (let id = leafId; id !== null;) {
    const message: Message | undefined = conversation.messages[id];
    if (message === undefined) break;
    path.push(message);
    id = message.parentId;
  }
  return path.reverse();
}

/**
 * The prompt for an answer to `leafId`, or for the rest of one that broke off after `said`. The date is the
 * conversation's, so that its KV prefix stays the same.
 */
export function threadPrompt(
  conversation: Conversation,
  leafId: string,
  said: { reasoning: string; text: string } = { reasoning: '', text: '' },
): Prompt {
  const { settings } = conversation;
  const hasBegun = said.reasoning !== '' || said.text !== '';
  return {
    system: expandSystemMessage(settings.system, {
      effort: settings.effort,
      date: localDate(new Date(conversation.createdAt)),
      hasTools: false,
    }),
    instructions: settings.instructions,
    tools: [],
    effort: settings.effort,
    messages: thread(conversation, leafId).flatMap(promptMessage),
    ...(hasBegun && { openAnswer: { reasoning: said.reasoning, text: said.text } }),
  };
}

/** `YYYY-MM-DD` where the user is. */
export function localDate(date: Date): string {
  const part = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}

function promptMessage(message: Message): PromptMessage[] {
  if (message.role === 'user') return [{ role: 'user', text: userText(message) }];
  const { text, reasoning, toolCalls } = message;
  // An answer that was stopped before its first word is nothing to the model.
  if (text === '' && toolCalls.length === 0) return [];
  return [{ role: 'assistant', text, reasoning, toolCalls }];
}
