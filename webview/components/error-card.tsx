/** What happened, what was kept, and what to do now. */
import type { ErrorInfo } from '../../src/shared/protocol/errors';
import { Button } from '../controls';
import { useActions } from '../state/actions-context';
import { errorActions, type ErrorAction } from '../text/error-actions';
import { Icon } from './icon';
import { IconButton } from './icon-button';

export interface ErrorCardProps {
  error: ErrorInfo;
  /** What "Retry" does; without it the button is left out. */
  onRetry?: () => void;
  onDismiss?: () => void;
}

export function ErrorCard({ error, onRetry, onDismiss }: ErrorCardProps) {
  const { command, post } = useActions();
  const actions = errorActions(error.code).filter(
    (action) => action.kind !== 'retry' || onRetry !== undefined,
  );
  const buttons = actions.filter((action) => !isLogs(action));
  const run = (action: ErrorAction) => {
    if (action.kind === 'retry') onRetry?.();
    else if (action.kind === 'newChat') post({ type: 'newChat' });
    else command(action.command);
  };
  return (
    <div
      class="card error-card"
      role="group"
      aria-label="Error"
      data-testid="error-card"
      data-code={error.code}
    >
      <Icon name="error" />
      <div class="card-body">
        <p class="card-message">{error.message}</p>
        {error.advice !== '' && <p class="card-advice">{error.advice}</p>}
        <div class="buttons">
          {buttons.map((action, index) => (
            <Button key={action.label} secondary={index > 0} onClick={() => run(action)}>
              {action.label}
            </Button>
          ))}
          {actions.some(isLogs) && (
            <button type="button" class="link-button" onClick={() => command('showLogs')}>
              Show logs
            </button>
          )}
        </div>
      </div>
      {onDismiss !== undefined && <IconButton icon="close" label="Dismiss" onClick={onDismiss} />}
    </div>
  );
}

function isLogs(action: ErrorAction): boolean {
  return action.kind === 'command' && action.command === 'showLogs';
}
