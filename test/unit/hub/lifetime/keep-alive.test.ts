import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { KeepAlive } from '../../../../src/hub/lifetime/keep-alive';

describe('KeepAlive', () => {
  let minutes: number;
  let idle: number;
  let changes: number;
  let keepAlive: KeepAlive;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
    [minutes, idle, changes] = [1, 0, 0];
    keepAlive = new KeepAlive(
      () => minutes,
      () => (idle += 1),
      () => (changes += 1),
    );
  });
  afterEach(() => mock.timers.reset());

  it('ends the given time after the last reason', () => {
    keepAlive.start();
    assert.equal(keepAlive.endsAt, 1_060_000);
    const [one, two] = [keepAlive.hold(), keepAlive.hold()];
    assert.equal(keepAlive.endsAt, undefined);
    mock.timers.tick(600_000);
    one.dispose();
    one.dispose();
    mock.timers.tick(600_000);
    assert.deepEqual([idle, keepAlive.endsAt], [0, undefined]);
    two.dispose();
    assert.equal(keepAlive.endsAt, Date.now() + 60_000);
    mock.timers.tick(59_999);
    assert.equal(idle, 0);
    mock.timers.tick(1);
    assert.equal(idle, 1);
    assert.ok(changes >= 3);
  });

  it('counts anew when it is started again, and not while something holds it', () => {
    keepAlive.hold().dispose();
    mock.timers.tick(30_000);
    minutes = 2;
    keepAlive.start();
    mock.timers.tick(119_999);
    assert.equal(idle, 0);
    mock.timers.tick(1);
    assert.equal(idle, 1);
    const hold = keepAlive.hold();
    keepAlive.start();
    mock.timers.tick(1e9);
    assert.equal(idle, 1);
    hold.dispose();
    keepAlive.dispose();
    mock.timers.tick(1e9);
    assert.equal(idle, 1);
  });

  it('with no time to wait, still lets whoever started the hub say hello', () => {
    minutes = 0;
    keepAlive.start();
    mock.timers.tick(5_000);
    assert.equal(idle, 0);
    const hold = keepAlive.hold();
    mock.timers.tick(60_000);
    assert.equal(idle, 0);
    hold.dispose();
    mock.timers.tick(1);
    assert.equal(idle, 1);
  });

  it('does not overflow the timer', () => {
    minutes = Infinity;
    keepAlive.start();
    mock.timers.tick(2 ** 30);
    assert.equal(idle, 0);
  });
});
