import type { StopReason } from '../../src/shared/protocol/figures';
import { useActions } from '../state/actions-context';
import { stopReasonText } from '../text/stop-reason-text';

/** Why an answer ended before its end, and what to do about it. */
export interface StopNoteProps {
  reason: StopReason | undefined;
  /** Goes on with the answer; without it the button is left out. */
  onContinue?: () => void;
}

export function StopNote({ reason, onContinue }: StopNoteProps) {
  const { post, command } = useActions();
  const text = reason === undefined ? undefined : stopReasonText(reason);
  if (text === undefined) return null;
  return (
    <p class="stop-note" data-testid="stop-note" data-reason={reason}>
      {text}
      {onContinue !== undefined && (reason === 'cancelled' || reason === 'max-tokens') && (
        <button type="button" class="link-button" data-testid="answer-continue" onClick={onContinue}>
          Go on
        </button>
      )}
      {reason === 'context' && (
        <button type="button" class="link-button" onClick={() => post({ type: 'newChat' })}>
          New chat
        </button>
      )}
      {(reason === 'context' || reason === 'max-tokens') && (
        <button type="button" class="link-button" onClick={() => command('openSettings')}>
          Open settings
        </button>
      )}
    </p>
  );
}
