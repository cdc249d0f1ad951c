import type { ToolCall } from '../../src/shared/protocol/prompt';
import { useHighlight } from '../markdown/highlight';
import { Icon } from './icon';

/** A call that the model asked for. It is shown, not run. */
export function ToolCallView({ call }: { call: ToolCall }) {
  const json = pretty(call.argumentsJson);
  const html = useHighlight(json, 'json');
  return (
    <div
      class="code-block tool-call"
      role="group"
      aria-label={`Tool call ${call.name}`}
      data-testid="tool-call"
    >
      <div class="code-header">
        <Icon name="tools" />
        <span class="tool-name">{call.name}</span>
      </div>
      <pre tabIndex={0}>
        {html === undefined ? <code>{json}</code> : <code dangerouslySetInnerHTML={{ __html: html }} />}
      </pre>
    </div>
  );
}

/** The model may have written what is no JSON; then it stays as it is. */
function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
