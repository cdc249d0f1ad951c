import type { ResidentModel } from '../../src/shared/protocol/models';
import { useActions } from '../state/actions-context';
import { formatBytes, formatPercent } from '../../src/shared/util/format';
import { IconButton } from './icon-button';
import { ProgressBar } from './progress-bar';

export interface ModelLoadingProps {
  model: ResidentModel;
  sizeBytes: number | undefined;
}

const PHASES = {
  starting: 'Starting',
  weights: 'Loading the weights of',
  context: 'Making the context of',
} as const;

/** A model on its way into memory. */
export function ModelLoading({ model, sizeBytes }: ModelLoadingProps) {
  const { command } = useActions();
  if (model.status.kind !== 'loading') return null;
  const { phase, fraction } = model.status.progress;
  const measured = phase === 'weights' ? fraction : undefined;
  const text = `${PHASES[phase]} ${model.name}`;
  return (
    <div class="wait model-loading" data-testid="progress">
      <div class="wait-line">
        <span class="wait-text">{text}</span>
        <span class="wait-figure">
          {measured !== undefined && formatPercent(measured)}
          {measured !== undefined && sizeBytes !== undefined && ` of ${formatBytes(sizeBytes)}`}
        </span>
        <IconButton icon="close" label="Cancel loading" onClick={() => command('cancelLoad')} />
      </div>
      <ProgressBar label={text} fraction={measured} />
    </div>
  );
}
