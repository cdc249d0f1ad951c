import assert from 'node:assert/strict';
import { disposable, DisposableStore } from '../../../../src/shared/util/disposable';

describe('disposable', () => {
  it('disposes once', () => {
    let count = 0;
    const item = disposable(() => (count += 1));
    item.dispose();
    item.dispose();
    assert.equal(count, 1);
  });
});

describe('DisposableStore', () => {
  let order: string[];
  let store: DisposableStore;
  beforeEach(() => {
    order = [];
    store = new DisposableStore();
  });
  const item = (name: string) => disposable(() => order.push(name));

  it('disposes the last first, once, and forgets what was removed', () => {
    store.add(item('a'));
    const removed = store.add(item('b'));
    store.add(item('c'));
    store.remove(removed);
    store.remove(removed);
    store.dispose();
    store.dispose();
    assert.deepEqual(order, ['c', 'a']);
  });

  it('disposes at once what is added too late', () => {
    store.dispose();
    store.add(item('late'));
    assert.deepEqual(order, ['late']);
  });

  it('disposes the rest when one throws', () => {
    store.add(item('a'));
    store.add(
      disposable(() => {
        throw new Error('broken');
      }),
    );
    store.add(item('c'));
    assert.throws(() => store.dispose(), /broken/);
    assert.deepEqual(order, ['c', 'a']);
  });
});
