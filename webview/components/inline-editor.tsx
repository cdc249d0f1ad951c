/** Edits a message where it stands. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { UserContent } from '../../src/shared/protocol/conversations';
import { Button } from '../controls';
import { attachmentKey, hasContent } from '../state/draft';
import { Chips } from './chips';
import { TextBox } from './text-box';

export interface InlineEditorProps {
  content: UserContent;
  label: string;
  submitLabel: string;
  onSubmit: (content: UserContent) => void;
  onCancel: () => void;
}

export function InlineEditor({ content, label, submitLabel, onSubmit, onCancel }: InlineEditorProps) {
  const [text, setText] = useState(content.text);
  const [attachments, setAttachments] = useState(content.attachments);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    box.current?.focus();
    box.current?.setSelectionRange(text.length, text.length);
  }, []);

  const edited = { text, attachments };
  const submit = () => {
    if (hasContent(edited)) onSubmit(edited);
  };
  return (
    <div class="inline-editor">
      <div class="input-frame">
        <Chips
          attachments={attachments}
          onRemove={(gone) =>
            setAttachments(attachments.filter((one) => attachmentKey(one) !== attachmentKey(gone)))
          }
        />
        <TextBox
          boxRef={box}
          value={text}
          label={label}
          testId="inline-editor"
          onInput={setText}
          onEnter={submit}
          onEscape={(event) => {
            // Escape leaves the editor; it does not stop an answer as well.
            event.stopPropagation();
            onCancel();
          }}
        />
      </div>
      <div class="buttons">
        <Button onClick={submit} disabled={!hasContent(edited)} testId="edit-submit">
          {submitLabel}
        </Button>
        <Button secondary onClick={onCancel} testId="edit-cancel">
          Cancel
        </Button>
      </div>
    </div>
  );
}
