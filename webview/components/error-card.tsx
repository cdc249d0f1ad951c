/** What happened, what was kept, and what to do now. */
import type { ErrorInfo } from '../../src/shared/protocol/errors';
import { Button } from '../controls';
import { useActions } from '../state/actions-context';
import { errorActions, type ErrorAction } from '../text/error-actions';
import { Icon } from './icon';
import { IconButton } from './icon-button';

const SHOWN_LINES = 12;
/** Errors whose details are what the model's process said last. */
const HAS_LOG: ReadonlySet<ErrorInfo['code']> = new Set([
  'worker-ended',
  'worker-unresponsive',
  'out-of-memory',
  'library-missing',
  'gpu-lost',
  'model-load-failed',
]);

export interface ErrorCardProps {
  error: ErrorInfo;
  /** What "Retry" does; without it the button is left out. */
  onRetry?: () => void;
  /** The same for "Go on". */
  onContinue?: () => void;
  onDismiss?: () => void;
}

export function ErrorCard({ error, onRetry, onContinue, onDismiss }: ErrorCardProps) {
  const { command, post } = useActions();
  const acts = { retry: onRetry, continue: onContinue, newChat: () => post({ type: 'newChat' }) };
  const actions = errorActions(error.code).filter(
    (action) =>
      action.kind === 'command' ||
      // Who can go on does not want it all again; the answer's own bar regenerates.
      (acts[action.kind] !== undefined && (action.kind !== 'retry' || onContinue === undefined)),
  );
  const buttons = actions.filter((action) => !isLink(action));
  const links = actions.filter(isLink);
  const lines = lastLines(error);
  const run = (action: ErrorAction) => {
    if (action.kind === 'command') command(action.command);
    else acts[action.kind]?.();
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
        {lines !== '' && (
          <details class="card-details">
            <summary>Last lines of the log</summary>
            <pre tabIndex={0}>{lines}</pre>
          </details>
        )}
        <div class="buttons">
          {buttons.map((action, index) => (
            <Button key={action.label} secondary={index > 0} onClick={() => run(action)}>
              {action.label}
            </Button>
          ))}
          {links.map((action) => (
            <button key={action.label} type="button" class="link-button" onClick={() => run(action)}>
              {action.label}
            </button>
          ))}
        </div>
      </div>
      {onDismiss !== undefined && <IconButton icon="close" label="Dismiss" onClick={onDismiss} />}
    </div>
  );
}

/** The log and the report are for later: links, not buttons. */
function isLink(action: ErrorAction): boolean {
  return action.kind === 'command' && (action.command === 'showLogs' || action.command === 'report');
}

/** The end of what the process said; a whole log is behind the link. */
function lastLines({ code, details }: ErrorInfo): string {
  if (details === undefined || !HAS_LOG.has(code)) return '';
  return details.trim().split('\n').slice(-SHOWN_LINES).join('\n');
}
