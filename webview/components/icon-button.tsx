/** A button that is an icon. Switched off, it keeps the focus, so that a keyboard user is never thrown out. */
import { Icon } from './icon';

export interface IconButtonProps {
  icon: string;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  testId?: string;
}

export function IconButton({ icon, label, onClick, disabled, testId }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      title={label}
      aria-label={label}
      aria-disabled={disabled ?? false}
      onClick={() => {
        if (disabled !== true) onClick();
      }}
      data-testid={testId}
    >
      <Icon name={icon} />
    </button>
  );
}
