/** What an edit is at, and how its lens says so. */
import type { AnswerProgress } from '../../shared/protocol/conversations';
import type { StopReason } from '../../shared/protocol/figures';
import { compactCount, ordinal, percent, speed } from '../util/format';

export type EditPhase =
  | { kind: 'running'; progress?: AnswerProgress; hasCode: boolean }
  | { kind: 'review'; stopReason: StopReason };

export function phaseTitle(phase: EditPhase): string | undefined {
  if (phase.kind === 'review') return reviewTitle(phase.stopReason);
  return `$(loading~spin) ${runningTitle(phase.progress, phase.hasCode)}`;
}

function runningTitle(progress: AnswerProgress | undefined, hasCode: boolean): string {
  switch (progress?.phase) {
    case undefined:
      return 'Waiting';
    case 'queued':
      return progress.position > 0 ? `Waiting: ${ordinal(progress.position)} in line` : 'Waiting';
    case 'loading':
      return `Loading ${progress.model}: ${percent(progress.fraction)}`;
    case 'prefill':
      return `Reading ${compactCount(progress.done)} of ${compactCount(progress.total)} tokens`;
    case 'decode':
      return `${hasCode ? 'Writing' : 'Thinking'} · ${speed(progress.tokensPerSecond)}`;
  }
}

/** Nothing to say when the model came to its end. */
function reviewTitle(stopReason: StopReason): string | undefined {
  switch (stopReason) {
    case 'end':
    case 'tool-calls':
    case 'failed':
      return undefined;
    case 'cancelled':
      return 'Stopped before its end';
    case 'max-tokens':
      return 'Cut off: most tokens of one answer reached';
    case 'context':
      return 'Cut off: the context is full';
  }
}
