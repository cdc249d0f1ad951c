import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { IdleUnload } from '../../../../src/hub/lifetime/idle-unload';
import type { ModelKeep } from '../../../../src/shared/protocol/settings';

const MINUTE = 60_000;

describe('IdleUnload', () => {
  let idleSince: Map<string, number>;
  let settings: { idleMinutes: number | null; keep: Record<string, ModelKeep> };
  let unloaded: string[];
  let holds: number;
  let idle: IdleUnload;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
    idleSince = new Map([
      ['/a', 0],
      ['/b', 0],
    ]);
    settings = { idleMinutes: null, keep: {} };
    unloaded = [];
    holds = 0;
    idle = new IdleUnload({
      settings: () => settings,
      idle: () =>
        [...idleSince].map(([path, since]) => ({ path, idleMs: Date.now() - since, idleSince: since })),
      resident: () => [...idleSince.keys()],
      unload: (path) => {
        unloaded.push(path);
        idleSince.delete(path);
      },
      hold: () => {
        holds += 1;
        return { dispose: () => (holds -= 1) };
      },
    });
    idle.update();
  });
  afterEach(() => {
    idle.dispose();
    mock.timers.reset();
  });

  it('leaves all where they are while the settings name no time', () => {
    mock.timers.tick(100_000 * MINUTE);
    assert.deepEqual([unloaded, idle.unloadsAt('/a')], [[], undefined]);
  });

  it('unloads each after its own time of idleness, and says when', () => {
    settings = { idleMinutes: 30, keep: { '/b': 5 } };
    idle.update();
    assert.deepEqual([idle.unloadsAt('/a'), idle.unloadsAt('/b')], [30 * MINUTE, 5 * MINUTE]);
    mock.timers.tick(5 * MINUTE);
    assert.deepEqual(unloaded, ['/b']);
    idleSince.set('/a', Date.now()); // It was used in between.
    idle.update();
    mock.timers.tick(29 * MINUTE);
    assert.deepEqual(unloaded, ['/b']);
    mock.timers.tick(MINUTE);
    assert.deepEqual(unloaded, ['/b', '/a']);
  });

  it('keeps a pinned one, and the hub for as long as it is in memory', () => {
    settings = { idleMinutes: 1, keep: { '/a': 'pinned' } };
    idle.update();
    mock.timers.tick(60 * MINUTE);
    assert.deepEqual([unloaded, holds, idle.unloadsAt('/a')], [['/b'], 1, undefined]);
    idleSince.delete('/a');
    idle.update();
    assert.equal(holds, 0);
  });

  it('keeps the hub for one with a time of its own, until that is over', () => {
    settings = { idleMinutes: null, keep: { '/a': 240 } };
    idle.update();
    mock.timers.tick(239 * MINUTE);
    assert.deepEqual([unloaded, holds], [[], 1]);
    mock.timers.tick(MINUTE);
    idle.update();
    assert.deepEqual([unloaded, holds], [['/a'], 0]);
  });

  it('lets the hub go when the pin is taken off', () => {
    settings = { idleMinutes: null, keep: { '/a': 'pinned' } };
    idle.update();
    idle.update();
    assert.equal(holds, 1);
    settings = { idleMinutes: null, keep: {} };
    idle.update();
    assert.equal(holds, 0);
  });
});
