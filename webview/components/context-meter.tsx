import type { ChatState } from '../state/chat-state';
import { contextUse } from '../state/model-facts';
import { formatCount } from '../../src/shared/util/format';

const RADIUS = 6;
const AROUND = 2 * Math.PI * RADIUS;

/** A ring that shows how full the context is; its tooltip has the parts. */
export function ContextMeter({ state }: { state: ChatState }) {
  const use = contextUse(state);
  if (use === undefined) return null;
  const { promptTokens, answerTokens, size } = use;
  const fraction = Math.min(1, (promptTokens + answerTokens) / size);
  const text = [
    `Context: ${formatCount(promptTokens + answerTokens)} of ${formatCount(size)} tokens used after the last answer`,
    `Prompt: ${formatCount(promptTokens)}`,
    `Answer: ${formatCount(answerTokens)}`,
  ].join('\n');
  return (
    <span
      class={fraction > 0.9 ? 'context-meter nearly-full' : 'context-meter'}
      role="meter"
      aria-label="Context used"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(fraction * 100)}
      aria-valuetext={text}
      title={text}
      tabIndex={0}
      data-testid="context-meter"
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle class="ring" cx="8" cy="8" r={RADIUS} />
        <circle
          class="ring-used"
          cx="8"
          cy="8"
          r={RADIUS}
          stroke-dasharray={`${fraction * AROUND} ${AROUND}`}
          transform="rotate(-90 8 8)"
        />
      </svg>
    </span>
  );
}
