import { ProgressRing } from '../controls';

/** The hub is being found or started; its state will follow. */
export function Connecting() {
  return (
    <div class="connecting" data-testid="progress">
      <ProgressRing label="Starting Hearth" />
      <span>Starting Hearth…</span>
    </div>
  );
}
