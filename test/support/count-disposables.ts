/** Fails the run when a test left a store of disposables with something in it: whoever creates, disposes. */
import { DisposableStore, type Disposable } from '../../src/shared/util/disposable';

/** What each store holds that has not been disposed, and the stack of its adding. */
const held = new Map<DisposableStore, Map<Disposable, string>>();
const ended = new WeakSet<DisposableStore>();
const leaks: string[] = [];
const { prototype } = DisposableStore;
type Method = (this: DisposableStore, ...args: unknown[]) => unknown;
const [add, remove, dispose] = (['add', 'remove', 'dispose'] as const).map(
  (name) => Reflect.get(prototype, name) as Method,
) as [Method, Method, Method];

prototype.add = function <T extends Disposable>(this: DisposableStore, item: T): T {
  add.call(this, item);
  if (ended.has(this)) return item;
  const items = held.get(this) ?? new Map<Disposable, string>();
  held.set(this, items.set(item, new Error('It was added here:').stack ?? ''));
  return item;
};
prototype.remove = function (this: DisposableStore, item) {
  remove.call(this, item);
  held.get(this)?.delete(item);
};
prototype.dispose = function (this: DisposableStore) {
  held.delete(this);
  ended.add(this);
  dispose.call(this);
};

export const mochaHooks: Mocha.RootHookObject = {
  /** After the test's own hooks, which may dispose. */
  afterEach(this: Mocha.Context) {
    const places = [...held.values()].flatMap((items) => [...items.values()]);
    held.clear();
    if (places.length > 0)
      leaks.push(`"${this.currentTest?.fullTitle()}" left ${places.length} disposables. ${places[0]}`);
  },
  afterAll() {
    if (leaks.length > 0) throw new Error(leaks.join('\n'));
  },
};
