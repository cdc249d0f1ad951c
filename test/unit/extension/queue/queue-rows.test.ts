import assert from 'node:assert/strict';
import { queueRows } from '../../../../src/extension/queue/queue-rows';
import type { QueueEntry } from '../../../../src/shared/protocol/system';

function entry(id: string, state: QueueEntry['state'], expectedMs?: number): QueueEntry {
  const common = { id, label: `Chat ${id}`, modelPath: '/m', priority: 'chat', state, since: 0 } as const;
  return expectedMs === undefined ? common : { ...common, expectedMs };
}

describe('queueRows', () => {
  it('shows who runs, then who waits and how long; the next one cannot be moved up', () => {
    assert.deepEqual(
      queueRows([
        entry('a', 'running'),
        entry('b', 'waiting', 12_300),
        entry('c', 'waiting', 64_000),
        entry('d', 'waiting'),
      ]),
      [
        { id: 'a', label: '$(sync~spin) Chat a', description: 'running', canMoveUp: false },
        { id: 'b', label: '$(clock) Chat b', description: 'next · about 12 s', canMoveUp: false },
        { id: 'c', label: '$(clock) Chat c', description: '2nd · about 65 s', canMoveUp: true },
        { id: 'd', label: '$(clock) Chat d', description: '3rd', canMoveUp: true },
      ],
    );
  });

  it('shows a label as text, never as an icon of its own', () => {
    assert.deepEqual(
      queueRows([{ ...entry('a', 'running'), label: 'use $(gear) here' }])[0]?.label,
      '$(sync~spin) use $\u200b(gear) here',
    );
  });
});
