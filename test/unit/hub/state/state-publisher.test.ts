import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { StatePublisher } from '../../../../src/hub/state/state-publisher';
import { DEFAULT_SETTINGS } from '../../../../src/hub/storage/settings-store';
import type { HubState } from '../../../../src/shared/protocol/system';

describe('StatePublisher', () => {
  let state: HubState;
  let publisher: StatePublisher;
  const patches: { sequence: number; patch: Partial<HubState> }[] = [];
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    state = { models: [], queue: [], settings: DEFAULT_SETTINGS };
    publisher = new StatePublisher(() => state);
    patches.length = 0;
  });
  afterEach(() => mock.timers.reset());
  const entry = (id: string) => ({
    id,
    label: id,
    modelPath: '/m',
    priority: 'chat' as const,
    state: 'waiting' as const,
    since: 0,
  });

  it('sends only what changed, gathered for a moment, numbered without a gap', () => {
    const { sequence } = publisher.snapshot();
    publisher.onPatch((patch) => patches.push(patch));
    publisher.touch();
    mock.timers.tick(1_000);
    assert.deepEqual(patches, [], 'nothing changed');
    state = { ...state, queue: [entry('a')] };
    publisher.touch();
    state = { ...state, queue: [entry('a'), entry('b')] };
    publisher.touch();
    assert.deepEqual(patches, []);
    mock.timers.tick(80);
    state = { ...state, settings: { ...DEFAULT_SETTINGS, keepAliveMinutes: 1 } };
    publisher.touch();
    mock.timers.tick(80);
    assert.deepEqual(patches, [
      { sequence: sequence + 1, patch: { queue: [entry('a'), entry('b')] } },
      { sequence: sequence + 2, patch: { settings: state.settings } },
    ]);
  });

  it('gives a snapshot after which exactly the later patches follow', () => {
    publisher.snapshot();
    publisher.onPatch((patch) => patches.push(patch));
    state = { ...state, queue: [entry('a')] };
    publisher.touch();
    const snapshot = publisher.snapshot();
    assert.deepEqual(snapshot.state.queue, [entry('a')]);
    assert.equal(patches.at(-1)?.sequence, snapshot.sequence, 'the others got what was outstanding');
    mock.timers.tick(80);
    assert.equal(patches.length, 1, 'and nobody gets it twice');
    state = { ...state, queue: [] };
    publisher.touch();
    mock.timers.tick(80);
    assert.equal(patches.at(-1)?.sequence, snapshot.sequence + 1);
  });
});
