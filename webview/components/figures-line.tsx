import type { AnswerProgress } from '../../src/shared/protocol/conversations';
import type { Figures as MeasuredFigures } from '../../src/shared/protocol/figures';
import { figuresParts } from '../../src/shared/util/figures-text';
import { formatSpeed, plural } from '../../src/shared/util/format';
import { Figures } from './figures';

export interface FiguresLineProps {
  figures: MeasuredFigures | undefined;
  progress: AnswerProgress | undefined;
}

/** What was measured of a finished answer, or what is being measured of a running one. */
export function FiguresLine({ figures, progress }: FiguresLineProps) {
  const parts = figures === undefined ? runningParts(progress) : figuresParts(figures);
  if (parts.length === 0) return null;
  return (
    <div class="figures" data-testid="figures">
      <Figures parts={parts} />
    </div>
  );
}

function runningParts(progress: AnswerProgress | undefined): string[] {
  if (progress?.phase !== 'decode') return [];
  const { tokens, tokensPerSecond } = progress;
  const count = plural(tokens, 'token');
  return tokensPerSecond > 0 ? [formatSpeed(tokensPerSecond), count] : [count];
}
