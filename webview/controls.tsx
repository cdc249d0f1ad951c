/** VS Code's own controls as components. They are registered by register-controls.ts. */
import { h, type ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface ButtonProps {
  onClick: () => void;
  children: ComponentChildren;
  secondary?: boolean;
  disabled?: boolean;
  autofocus?: boolean;
  testId?: string;
}

export function Button({ onClick, children, secondary, disabled, autofocus, testId }: ButtonProps) {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (autofocus === true) ref.current?.focus();
  }, []);
  return h(
    'vscode-button',
    {
      ref,
      appearance: secondary === true ? 'secondary' : 'primary',
      disabled: disabled === true,
      onClick,
      'data-testid': testId,
    },
    children,
  );
}

/** Something is going on, and nobody knows how far it is. */
export function ProgressRing({ label }: { label: string }) {
  return h('vscode-progress-ring', { 'aria-label': label });
}

export interface TextFieldProps {
  value: string;
  label: string;
  placeholder?: string;
  autofocus?: boolean;
  onInput: (value: string) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  testId?: string;
}

export function TextField(props: TextFieldProps) {
  const { value, label, placeholder, autofocus, onInput, onKeyDown, testId } = props;
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (autofocus === true) ref.current?.focus();
  }, []);
  return h('vscode-text-field', {
    ref,
    class: 'text-field',
    value,
    placeholder,
    'aria-label': label,
    'data-testid': testId,
    onInput: ({ currentTarget }: { currentTarget: EventTarget }) =>
      onInput((currentTarget as HTMLInputElement).value),
    onKeyDown,
  });
}
