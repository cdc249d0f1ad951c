import type { ReasoningEffort } from '../../src/shared/protocol/prompt';
import { useActions } from '../state/actions-context';
import type { ChatState } from '../state/chat-state';
import { hasEffort } from '../state/model-facts';
import { Icon } from './icon';

const EFFORTS: Record<ReasoningEffort, string> = { low: 'Low', medium: 'Medium', high: 'High' };

/** How long the model may think; shown for models that know the word. */
export function EffortSelect({ state }: { state: ChatState }) {
  const { setEffort } = useActions();
  if (!hasEffort(state)) return null;
  return (
    <span class="picker effort">
      <select
        aria-label="Reasoning effort"
        title="Reasoning effort"
        data-testid="effort"
        value={state.effort}
        onChange={({ currentTarget }) => {
          const chosen = currentTarget.value;
          if (isEffort(chosen)) setEffort(chosen);
        }}
      >
        {Object.entries(EFFORTS).map(([effort, label]) => (
          <option key={effort} value={effort}>
            {label}
          </option>
        ))}
      </select>
      <Icon name="chevron-down" />
    </span>
  );
}

function isEffort(value: string): value is ReasoningEffort {
  return Object.hasOwn(EFFORTS, value);
}
