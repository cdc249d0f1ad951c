import { memo } from 'preact/compat';
import type { Message, UserMessage } from '../../src/shared/protocol/conversations';
import type { LiveAnswer } from '../state/chat-state';
import { AnswerView } from './answer-view';
import { UserMessageView } from './user-message-view';

export interface MessageItemProps {
  message: Message;
  siblingIds: readonly string[];
  live: LiveAnswer | undefined;
  question: UserMessage | undefined;
  editing: boolean;
  stopping: boolean;
  last: boolean;
}

/** A token re-renders the answer that it belongs to, and no other message. */
export const MessageItem = memo(
  function MessageItem({ message, siblingIds, live, question, editing, stopping, last }: MessageItemProps) {
    return message.role === 'user' ? (
      <UserMessageView message={message} siblingIds={siblingIds} editing={editing} />
    ) : (
      <AnswerView
        message={message}
        siblingIds={siblingIds}
        live={live}
        question={question}
        stopping={stopping}
        last={last}
      />
    );
  },
  (before, after) =>
    before.message === after.message &&
    before.live === after.live &&
    before.question === after.question &&
    before.editing === after.editing &&
    before.stopping === after.stopping &&
    before.last === after.last &&
    before.siblingIds.join() === after.siblingIds.join(),
);
