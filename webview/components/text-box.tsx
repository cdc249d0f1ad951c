/** A text area that grows with its text. Enter confirms, Shift+Enter breaks the line. */
import type { RefObject } from 'preact';

export interface TextBoxProps {
  value: string;
  label: string;
  placeholder?: string;
  boxRef: RefObject<HTMLTextAreaElement | null>;
  testId: string;
  onInput: (text: string) => void;
  onEnter: () => void;
  onEscape?: (event: KeyboardEvent) => void;
  onArrowUp?: (event: KeyboardEvent) => void;
}

export function TextBox(props: TextBoxProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter and Escape belong to the input method while it composes.
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      props.onEnter();
    } else if (event.key === 'Escape') {
      props.onEscape?.(event);
    } else if (event.key === 'ArrowUp') {
      props.onArrowUp?.(event);
    }
  };
  return (
    <textarea
      class="text-box"
      ref={props.boxRef}
      value={props.value}
      rows={1}
      aria-label={props.label}
      placeholder={props.placeholder ?? ''}
      data-testid={props.testId}
      onInput={({ currentTarget }) => props.onInput(currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
