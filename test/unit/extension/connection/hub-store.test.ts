import assert from 'node:assert/strict';
import { HubStore } from '../../../../src/extension/connection/hub-store';
import { StateChanged, SubscribeState, type HubState } from '../../../../src/shared/protocol/system';
import { DisposableStore } from '../../../../src/shared/util/disposable';
import { FakeHub } from '../../../support/fake-hub';

const state = (label: string): HubState => ({
  models: [],
  queue: [{ id: label, label, modelPath: '', priority: 'chat', state: 'waiting', since: 0 }],
  settings: {} as never,
});
const settled = () => new Promise((resolve) => setImmediate(resolve));
const label = (store: HubStore) => store.state?.queue[0]?.label;

describe('the hub store', () => {
  let own: DisposableStore;
  beforeEach(() => (own = new DisposableStore()));
  afterEach(() => own.dispose());

  it('mirrors the state and follows its patches', async () => {
    const hub = new FakeHub();
    hub.answer(SubscribeState, () => ({ sequence: 4, state: state('four') }));
    const store = own.add(new HubStore(hub));
    assert.equal(store.status.kind, 'connecting');
    hub.connect();
    await settled();
    assert.equal(label(store), 'four');
    hub.notify(StateChanged, { sequence: 5, patch: { queue: state('five').queue } });
    hub.notify(StateChanged, { sequence: 5, patch: { queue: state('again').queue } });
    assert.equal(label(store), 'five');
  });

  it('applies patches that overtake the snapshot', async () => {
    const hub = new FakeHub();
    hub.answer(SubscribeState, () => {
      hub.notify(StateChanged, { sequence: 4, patch: { queue: state('old').queue } });
      hub.notify(StateChanged, { sequence: 5, patch: { queue: state('five').queue } });
      return { sequence: 4, state: state('four') };
    });
    const store = own.add(new HubStore(hub));
    hub.connect();
    await settled();
    assert.equal(label(store), 'five');
  });

  it('subscribes anew when it missed something, and after a reconnect', async () => {
    const hub = new FakeHub();
    let sequence = 0;
    hub.answer(SubscribeState, () => ({ sequence, state: state(String(sequence)) }));
    const store = own.add(new HubStore(hub));
    hub.connect();
    await settled();
    sequence = 7;
    hub.notify(StateChanged, { sequence: 7, patch: {} });
    await settled();
    assert.equal(label(store), '7');
    hub.disconnect();
    assert.equal(store.status.kind, 'connecting');
    sequence = 1;
    hub.connect();
    await settled();
    assert.equal(label(store), '1');
  });
});
