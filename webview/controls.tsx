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

export interface SelectProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  testId?: string;
}

/** The browser's own list: it opens beyond a narrow view's edge, and every screen reader knows it. */
export function Select<T extends string>({ label, value, options, onChange, testId }: SelectProps<T>) {
  return (
    <select
      class="select"
      aria-label={label}
      value={value}
      data-testid={testId}
      onChange={({ currentTarget }) => {
        const chosen = options.find((option) => option.value === currentTarget.value);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

export interface CheckboxProps {
  checked: boolean;
  children: ComponentChildren;
  onChange: (checked: boolean) => void;
  testId?: string;
}

export function Checkbox({ checked, children, onChange, testId }: CheckboxProps) {
  return h(
    'vscode-checkbox',
    {
      checked,
      'data-testid': testId,
      onChange: ({ currentTarget }: { currentTarget: EventTarget }) => {
        const now = (currentTarget as HTMLInputElement).checked;
        // The control also tells when it was set from here.
        if (now !== checked) onChange(now);
      },
    },
    children,
  );
}
