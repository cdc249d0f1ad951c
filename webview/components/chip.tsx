/** A piece of a file that goes along with a message. */
import type { Attachment } from '../../src/shared/protocol/conversations';
import { lineRange } from '../../src/shared/util/user-text';
import { useActions } from '../state/actions-context';
import { fileParts } from '../text/file-label';
import { Icon } from './icon';
import { IconButton } from './icon-button';

export interface ChipProps {
  attachment: Attachment;
  onRemove?: () => void;
}

export function Chip({ attachment, onRemove }: ChipProps) {
  const { post } = useActions();
  const { path, startLine } = attachment;
  const { name, lines } = fileParts(attachment);
  const label = name + lines;
  return (
    <span class="chip" data-testid="chip">
      <button
        type="button"
        class="chip-open"
        title={`${path}, ${lineRange(attachment)}`}
        onClick={() => post({ type: 'openFile', path, line: startLine })}
      >
        <Icon name="file-code" />
        <span class="chip-name">{name}</span>
        <span class="chip-lines">{lines}</span>
      </button>
      {onRemove !== undefined && <IconButton icon="close" label={`Remove ${label}`} onClick={onRemove} />}
    </span>
  );
}
