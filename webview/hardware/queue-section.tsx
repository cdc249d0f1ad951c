/** Who is being answered, and who waits. */
import type { QueueEntry } from '../../src/shared/protocol/system';
import { formatWait } from '../../src/shared/util/format';
import { Icon } from '../components/icon';

export function QueueSection({ queue, onShow }: { queue: readonly QueueEntry[]; onShow: () => void }) {
  return (
    <section class="panel-section" aria-label="Queue" data-testid="hardware-queue">
      <h2>Queue</h2>
      <ul class="queue">
        {queue.map(({ id, label, state, expectedMs }) => (
          <li key={id}>
            <Icon name={state === 'running' ? 'sync' : 'clock'} spin={state === 'running'} />
            <span class="queue-label">{label}</span>
            <span class="quiet">
              {state === 'running'
                ? 'running'
                : expectedMs === undefined
                  ? 'waiting'
                  : formatWait(expectedMs)}
            </span>
          </li>
        ))}
      </ul>
      <button type="button" class="link-button" onClick={onShow}>
        Change the queue
      </button>
    </section>
  );
}
