import assert from 'node:assert/strict';
import { WaitEstimate } from '../../../../src/hub/scheduler/wait-estimate';

describe('WaitEstimate', () => {
  let estimate: WaitEstimate;
  beforeEach(() => {
    estimate = new WaitEstimate();
  });

  it('knows nothing at first, and nothing while nobody holds a slot', () => {
    assert.deepEqual(estimate.waits([{ priority: 'chat', ms: 100 }], ['chat']), [undefined]);
    estimate.learn('chat', 10_000);
    assert.deepEqual(estimate.waits([], ['chat']), [undefined]);
  });

  it('gives each slot that is freed to the next in line', () => {
    estimate.learn('chat', 10_000);
    const running = [
      { priority: 'chat', ms: 9_000 },
      { priority: 'chat', ms: 4_000 },
    ] as const;
    assert.deepEqual(estimate.waits(running, ['chat', 'chat', 'chat']), [1_000, 6_000, 11_000]);
  });

  it('expects the end of who has taken longer than usual at any moment', () => {
    estimate.learn('chat', 1_000);
    assert.deepEqual(estimate.waits([{ priority: 'chat', ms: 5_000 }], ['chat', 'chat']), [0, 1_000]);
  });

  it('follows what answers take lately, by priority', () => {
    estimate.learn('chat', 1_000);
    estimate.learn('inline', 50);
    estimate.learn('chat', 11_000);
    const running = [{ priority: 'chat', ms: 0 }] as const;
    assert.deepEqual(estimate.waits(running, ['inline', 'chat']), [4_000, 4_050]);
  });

  it('says nothing behind one of whose kind nothing is known', () => {
    estimate.learn('chat', 1_000);
    assert.deepEqual(estimate.waits([{ priority: 'chat', ms: 0 }], ['inline', 'chat']), [1_000, undefined]);
  });
});
