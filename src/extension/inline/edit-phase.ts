/** What an edit is at, and how its lens says so. */
import type { AnswerProgress } from '../../shared/protocol/conversations';
import type { StopReason } from '../../shared/protocol/figures';
import { formatRough, queueText, formatPercent, formatSpeed } from '../../shared/util/format';

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
      return `Waiting: ${queueText(progress.position, progress.expectedMs)}`;
    case 'loading':
      return `Loading ${progress.model}: ${formatPercent(progress.fraction)}`;
    case 'prefill':
      return `Reading ${formatRough(progress.done)} of ${formatRough(progress.total)} tokens`;
    case 'decode':
      return `${hasCode ? 'Writing' : 'Thinking'} · ${formatSpeed(progress.tokensPerSecond)}`;
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
