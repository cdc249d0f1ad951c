/** The queue as rows of a picker: who is being answered, who waits, and for how long. Pure. */
import type { QueueEntry } from '../../shared/protocol/system';
import { formatWait, ordinal } from '../../shared/util/format';

export interface QueueRow {
  id: string;
  /** With a codicon in front. */
  label: string;
  description: string;
  canMoveUp: boolean;
}

export function queueRows(entries: readonly QueueEntry[]): QueueRow[] {
  const running = entries.filter(({ state }) => state === 'running');
  const waiting = entries.filter(({ state }) => state === 'waiting');
  return [
    ...running.map(({ id, label }) => ({
      id,
      label: `$(sync~spin) ${plain(label)}`,
      description: 'running',
      canMoveUp: false,
    })),
    ...waiting.map(({ id, label, expectedMs }, index) => ({
      id,
      label: `$(clock) ${plain(label)}`,
      description: [
        index === 0 ? 'next' : ordinal(index + 1),
        ...(expectedMs === undefined ? [] : [formatWait(expectedMs)]),
      ].join(' · '),
      canMoveUp: index > 0,
    })),
  ];
}

/** VS Code would draw `$(name)` in a chat's title as an icon; a zero-width space keeps it text. */
function plain(label: string): string {
  return label.replaceAll('$(', '$\u200b(');
}
