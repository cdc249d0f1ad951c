import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/shared/util/emitter';

describe('Emitter', () => {
  it('calls its listeners in order, until they leave', () => {
    const emitter = new Emitter<number>();
    const seen: string[] = [];
    const first = emitter.event((value) => seen.push(`a${value}`));
    emitter.event((value) => seen.push(`b${value}`));
    emitter.fire(1);
    first.dispose();
    first.dispose();
    emitter.fire(2);
    emitter.dispose();
    emitter.fire(3);
    assert.deepEqual(seen, ['a1', 'b1', 'b2']);
  });

  it('calls a listener as often as it was added', () => {
    const emitter = new Emitter<void>();
    let count = 0;
    const listener = () => void (count += 1);
    const one = emitter.event(listener);
    emitter.event(listener);
    emitter.fire();
    one.dispose();
    emitter.fire();
    assert.equal(count, 3);
  });

  it('goes on when a listener throws, and tells', () => {
    const errors: unknown[] = [];
    const emitter = new Emitter<void>((error) => errors.push(error));
    let reached = false;
    emitter.event(() => {
      throw new Error('broken');
    });
    emitter.event(() => (reached = true));
    emitter.fire();
    assert.ok(reached);
    assert.match(String(errors[0]), /broken/);
  });

  it('may be changed while it fires', () => {
    const emitter = new Emitter<void>();
    const seen: string[] = [];
    const first = emitter.event(() => {
      seen.push('first');
      first.dispose();
      emitter.event(() => seen.push('new'));
    });
    emitter.event(() => seen.push('second'));
    emitter.fire();
    assert.deepEqual(seen, ['first', 'second']);
  });
});
