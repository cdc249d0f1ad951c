import type { Attachment } from '../../src/shared/protocol/conversations';
import { attachmentKey } from '../state/draft';
import { Chip } from './chip';

export interface ChipsProps {
  attachments: readonly Attachment[];
  onRemove?: (attachment: Attachment) => void;
}

export function Chips({ attachments, onRemove }: ChipsProps) {
  if (attachments.length === 0) return null;
  return (
    <div class="chips">
      {attachments.map((attachment) => (
        <Chip
          key={attachmentKey(attachment)}
          attachment={attachment}
          {...(onRemove !== undefined && { onRemove: () => onRemove(attachment) })}
        />
      ))}
    </div>
  );
}
