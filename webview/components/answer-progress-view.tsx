/** What a running answer waits for, and how far it is. */
import type { ComponentChildren } from 'preact';
import type { AnswerProgress } from '../../src/shared/protocol/conversations';
import { useActions } from '../state/actions-context';
import { formatPercent, formatRough, queueText } from '../../src/shared/util/format';
import { IconButton } from './icon-button';
import { ProgressBar } from './progress-bar';

export interface AnswerProgressProps {
  answerId: string;
  progress: AnswerProgress | undefined;
}

export function AnswerProgressView({ answerId, progress }: AnswerProgressProps) {
  const { command, post } = useActions();
  if (progress === undefined) return <Wait text="Sending…" />;
  switch (progress.phase) {
    case 'queued':
      return (
        <Wait text={`Waiting: ${queueText(progress.position, progress.expectedMs)}`}>
          {progress.position > 0 && (
            <IconButton
              icon="arrow-up"
              label="Answer next"
              onClick={() => post({ type: 'moveUp', answerId })}
            />
          )}
          <IconButton icon="list-ordered" label="Show queue" onClick={() => command('showQueue')} />
        </Wait>
      );
    case 'loading': {
      const text = `Loading ${progress.model}`;
      return (
        <div class="wait" data-testid="progress">
          <div class="wait-line">
            <span class="wait-text">{text}</span>
            <span class="wait-figure">{formatPercent(progress.fraction)}</span>
            <IconButton icon="close" label="Cancel loading" onClick={() => command('cancelLoad')} />
          </div>
          <ProgressBar label={text} fraction={progress.fraction} />
        </div>
      );
    }
    case 'prefill': {
      const { done, total } = progress;
      const text = `Reading ${formatRough(done)} of ${formatRough(total)} tokens`;
      return (
        <div class="wait" data-testid="progress">
          <div class="wait-line">
            <span class="wait-text">{text}</span>
          </div>
          <ProgressBar label={text} fraction={total > 0 ? done / total : undefined} />
        </div>
      );
    }
    case 'decode':
      return null;
  }
}

function Wait({ text, children }: { text: string; children?: ComponentChildren }) {
  return (
    <div class="wait" data-testid="progress">
      <div class="wait-line">
        <span class="wait-text">{text}</span>
        {children}
      </div>
    </div>
  );
}
