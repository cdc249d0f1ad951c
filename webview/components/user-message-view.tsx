import type { UserMessage } from '../../src/shared/protocol/conversations';
import { useActions } from '../state/actions-context';
import { BranchSwitch } from './branch-switch';
import { Chips } from './chips';
import { IconButton } from './icon-button';
import { InlineEditor } from './inline-editor';

export interface UserMessageProps {
  message: UserMessage;
  siblingIds: readonly string[];
  editing: boolean;
}

export function UserMessageView({ message, siblingIds, editing }: UserMessageProps) {
  const { act, sendEdit } = useActions();
  if (editing) {
    return (
      <InlineEditor
        content={message}
        label="Edit message"
        submitLabel="Send"
        onSubmit={(content) => sendEdit(message, content)}
        onCancel={() => act({ type: 'edit', messageId: null })}
      />
    );
  }
  return (
    <div class="user-message" data-testid="user-message">
      <div class="user-block">
        <Chips attachments={message.attachments} />
        {message.text !== '' && <div class="user-text">{message.text}</div>}
        <div class="user-actions">
          <IconButton
            icon="edit"
            label="Edit message"
            testId="edit-message"
            onClick={() => act({ type: 'edit', messageId: message.id })}
          />
        </div>
      </div>
      <BranchSwitch siblingIds={siblingIds} id={message.id} />
    </div>
  );
}
