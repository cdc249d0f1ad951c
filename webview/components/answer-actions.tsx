import type { AssistantMessage, UserMessage } from '../../src/shared/protocol/conversations';
import { useActions } from '../state/actions-context';
import { CopyButton } from './copy-button';
import { IconButton } from './icon-button';

export interface AnswerActionsProps {
  message: AssistantMessage;
  question: UserMessage | undefined;
  last: boolean;
}

export function AnswerActions({ message, question, last }: AnswerActionsProps) {
  const { post, act } = useActions();
  return (
    <div class="answer-actions" role="group" aria-label="Answer">
      <CopyButton text={message.text} label="Copy answer" testId="answer-copy" />
      <IconButton
        icon="refresh"
        label="Regenerate"
        testId="answer-regenerate"
        onClick={() => post({ type: 'regenerate', answerId: message.id })}
      />
      {question !== undefined && (
        <IconButton
          icon="edit"
          label="Edit question"
          testId="answer-edit"
          onClick={() => act({ type: 'edit', messageId: question.id })}
        />
      )}
      {!last && (
        <IconButton
          icon="git-branch"
          label="Branch from here"
          testId="answer-branch"
          onClick={() => act({ type: 'branchFrom', answerId: message.id })}
        />
      )}
    </div>
  );
}
