import assert from 'node:assert/strict';
import { HardwareMonitor } from '../../../../src/hub/hardware/hardware-monitor';
import { SampleRing } from '../../../../src/hub/hardware/sample-ring';
import type { HardwareSnapshot } from '../../../../src/shared/protocol/hardware';
import { disposable } from '../../../../src/shared/util/disposable';

function snapshot(at: number): HardwareSnapshot {
  return {
    sample: { at, tokensPerSecond: 0, ramUsedBytes: at },
    processor: { name: 'P', cores: 2 },
    gpus: [],
    ram: { totalBytes: 9, usedBytes: at, parts: [] },
    notes: [],
  };
}

describe('HardwareMonitor', () => {
  let looks: number;
  let waiting: (() => void)[];
  let fails: boolean;
  let errors: unknown[];
  let monitor: HardwareMonitor;
  beforeEach(() => {
    [looks, waiting, fails, errors] = [0, [], false, []];
    monitor = new HardwareMonitor({
      look: () => {
        looks += 1;
        return fails ? Promise.reject(new Error('broken')) : Promise.resolve(snapshot(looks));
      },
      onError: (error) => errors.push(error),
      after: (_ms, act) => {
        waiting.push(act);
        return disposable(() => waiting.splice(waiting.indexOf(act), 1));
      },
    });
  });
  /** Lets the time pass until the next look, and that look come to its end. */
  const pass = async () => {
    for (const act of waiting.splice(0)) act();
    await new Promise(setImmediate);
  };

  it('looks only while somebody watches', async () => {
    assert.equal(waiting.length, 0);
    const seen: number[] = [];
    const first = monitor.watch(({ sample }) => seen.push(sample.at));
    const second = monitor.watch(() => undefined);
    await pass();
    await pass();
    assert.deepEqual([seen, looks, waiting.length], [[1, 2], 2, 1], 'One look serves all who watch.');
    first.dispose();
    await pass();
    assert.deepEqual(seen, [1, 2]);
    second.dispose();
    assert.equal(waiting.length, 0, 'Nobody watches, so nothing is waited for.');
    assert.equal(looks, 3);
  });

  it('does not go on when the last watcher left during a look', async () => {
    const watch = monitor.watch(() => undefined);
    for (const act of waiting.splice(0)) act();
    watch.dispose();
    await new Promise(setImmediate);
    assert.deepEqual([looks, waiting.length, monitor.history.length], [1, 0, 0]);
  });

  it('has one clock when somebody leaves and comes back during a look', async () => {
    const watch = monitor.watch(() => undefined);
    for (const act of waiting.splice(0)) act();
    watch.dispose();
    monitor.watch(() => undefined);
    await new Promise(setImmediate);
    assert.equal(waiting.length, 1);
  });

  it('keeps what was seen, and begins anew after a pause', async () => {
    const watch = monitor.watch(() => undefined);
    await pass();
    await pass();
    assert.deepEqual(
      monitor.history.map(({ at }) => at),
      [1, 2],
    );
    watch.dispose();
    monitor.watch(() => undefined);
    assert.deepEqual(monitor.history, []);
  });

  it('goes on after a look that failed', async () => {
    const seen: HardwareSnapshot[] = [];
    monitor.watch((one) => seen.push(one));
    fails = true;
    await pass();
    fails = false;
    await pass();
    assert.deepEqual([errors.length, seen.length], [1, 1]);
  });

  it('asks once for all who read at the same time', async () => {
    await Promise.all([monitor.read(), monitor.read()]);
    assert.equal(looks, 1);
    await monitor.read();
    assert.equal(looks, 2);
  });
});

describe('SampleRing', () => {
  it('keeps the last ones, oldest first', () => {
    const ring = new SampleRing<number>(3);
    [1, 2, 3, 4, 5].forEach((sample) => ring.add(sample));
    assert.deepEqual(ring.all, [3, 4, 5]);
    ring.clear();
    assert.deepEqual(ring.all, []);
  });
});
