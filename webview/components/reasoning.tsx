/** The model's reasoning: one line, and all of it on request. */
import { useId, useState } from 'preact/hooks';
import { lastWords, thinkingLabel, thoughtLabel } from '../text/reasoning-text';
import { Icon } from './icon';

export interface ReasoningProps {
  text: string;
  /** True until the answer begins. */
  running: boolean;
  ms?: number | undefined;
  tokens?: number | undefined;
}

export function Reasoning({ text, running, ms, tokens }: ReasoningProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div class="reasoning" data-testid="reasoning">
      <button
        type="button"
        class="reasoning-line"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? 'chevron-down' : 'chevron-right'} />
        <span class={running ? 'reasoning-label running' : 'reasoning-label'}>
          {running ? thinkingLabel(tokens) : thoughtLabel(ms, tokens)}
        </span>
        {running && !open && (
          <span class="reasoning-tail" aria-hidden="true">
            <bdi>{lastWords(text)}</bdi>
          </span>
        )}
      </button>
      <div id={id} class="reasoning-text" hidden={!open}>
        {open && text}
      </div>
    </div>
  );
}
