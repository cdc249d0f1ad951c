import type { StopReason } from '../../src/shared/protocol/figures';

/** Why an answer ended, in words; undefined where there is nothing to say. */
export function stopReasonText(reason: StopReason): string | undefined {
  switch (reason) {
    case 'end':
    case 'failed':
      return undefined;
    case 'cancelled':
      return 'Stopped by you.';
    case 'max-tokens':
      return 'Stopped at the token limit of one answer. Let it go on, or raise the limit in the settings.';
    case 'context':
      return 'The context is full, so the answer ends here. Start a new chat, edit an earlier message, or load the model with a larger context.';
    case 'tool-calls':
      return 'Ended with a tool call.';
  }
}
