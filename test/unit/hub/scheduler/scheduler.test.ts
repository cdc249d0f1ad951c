import assert from 'node:assert/strict';
import { CancelledInQueue, Scheduler, type Admission } from '../../../../src/hub/scheduler/scheduler';
import { HearthError } from '../../../../src/shared/protocol/errors';
import type { Priority } from '../../../../src/shared/protocol/system';

/** A queue for a fixed number of slots, with tasks that end when they are told to. */
class Bench {
  /** ms. */
  now = 0;
  readonly scheduler = new Scheduler(
    () => (this.changes += 1),
    () => this.now,
  );
  readonly started: string[] = [];
  readonly positions: Record<string, number[]> = {};
  changes = 0;
  free = 1;
  /** By id, what stands in the place of an admission. */
  readonly answers = new Map<string, () => Admission>();
  readonly signals = new Map<string, AbortSignal>();
  private readonly ends = new Map<string, (error?: Error) => void>();

  run(id: string, priority: Priority = 'chat', signal = new AbortController().signal): Promise<string> {
    const positions: number[] = (this.positions[id] = []);
    return this.scheduler.run(
      { id, label: id, priority, modelPath: '/m', admit: () => this.answers.get(id)?.() ?? this.admit() },
      signal,
      ({ before }) => positions.push(before),
      (stop) => {
        this.started.push(id);
        this.signals.set(id, stop);
        return new Promise((resolve, reject) =>
          this.ends.set(id, (error) => (error === undefined ? resolve(id) : reject(error))),
        );
      },
    );
  }

  end(id: string, error?: Error): void {
    this.ends.get(id)?.(error);
  }

  get order(): string[] {
    return this.scheduler.entries.map(({ id, state }) => (state === 'running' ? `${id}!` : id));
  }

  private admit(): Admission {
    if (this.free === 0) return { kind: 'wait', blocks: false };
    this.free -= 1;
    return { kind: 'admitted', release: () => (this.free += 1) };
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('Scheduler', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  it('serves by priority, and in the order of arrival within one', async () => {
    const all = [bench.run('first')];
    for (const [id, priority] of [
      ['b1', 'background'],
      ['i1', 'inline'],
      ['c1', 'chat'],
      ['p1', 'completion'],
      ['i2', 'inline'],
      ['c2', 'chat'],
      ['b2', 'background'],
    ] as const)
      all.push(bench.run(id, priority));
    assert.deepEqual(bench.order, ['first!', 'c1', 'c2', 'i1', 'i2', 'p1', 'b1', 'b2']);
    for (const id of ['first', 'c1', 'c2', 'i1', 'i2', 'p1', 'b1', 'b2']) {
      await settled();
      bench.end(id);
    }
    await Promise.all(all);
    assert.deepEqual(bench.started, ['first', 'c1', 'c2', 'i1', 'i2', 'p1', 'b1', 'b2']);
    assert.deepEqual([bench.order, bench.free], [[], 1]);
  });

  it('tells each who waits how many are before it', async () => {
    const first = bench.run('first');
    const second = bench.run('second');
    const third = bench.run('third');
    await settled();
    assert.deepEqual([bench.positions['second']!.at(-1), bench.positions['third']!.at(-1)], [0, 1]);
    bench.end('first');
    await first;
    assert.equal(bench.positions['third']!.at(-1), 0);
    bench.end('second');
    await second;
    await settled();
    bench.end('third');
    await third;
  });

  it('takes a cancelled one out of the queue, and only that one', async () => {
    const running = bench.run('running');
    const abort = new AbortController();
    const leaving = bench.run('leaving', 'chat', abort.signal);
    const staying = bench.run('staying');
    const changes = bench.changes;
    abort.abort();
    await assert.rejects(leaving, (error) => error instanceof HearthError && error.info.code === 'cancelled');
    assert.deepEqual(bench.order, ['running!', 'staying']);
    assert.ok(bench.changes > changes);
    bench.end('running');
    await running;
    await settled();
    bench.end('staying');
    assert.equal(await staying, 'staying');
    assert.deepEqual(bench.started, ['running', 'staying']);
  });

  it('is cancelled by its id: a waiting one goes, a running one is told to stop', async () => {
    const running = bench.run('running');
    const leaving = bench.run('leaving');
    await settled();
    assert.equal(bench.scheduler.cancel('leaving'), true);
    await assert.rejects(leaving, CancelledInQueue);
    assert.equal(bench.signals.get('running')!.aborted, false);
    assert.equal(bench.scheduler.cancel('running'), true);
    assert.equal(bench.signals.get('running')!.aborted, true);
    assert.deepEqual(bench.order, ['running!']);
    bench.end('running');
    await running;
    assert.equal(bench.scheduler.cancel('running'), false);
  });

  it('moves a waiting one to the front, before higher priorities, and the last one moved goes first', async () => {
    const all = ['first', 'chat', 'other'].map((id) => bench.run(id));
    all.push(bench.run('small', 'background'));
    bench.scheduler.moveUp('small');
    assert.deepEqual(bench.order, ['first!', 'small', 'chat', 'other']);
    assert.equal(bench.positions['chat']!.at(-1), 1);
    bench.scheduler.moveUp('other');
    assert.deepEqual(bench.order, ['first!', 'other', 'small', 'chat']);
    assert.equal(bench.scheduler.moveUp('first'), false, 'It does not wait.');
    for (const id of ['first', 'other', 'small', 'chat']) {
      await settled();
      bench.end(id);
    }
    await Promise.all(all);
    assert.deepEqual(bench.started, ['first', 'other', 'small', 'chat']);
  });

  it('lets nobody wait for ever: after 80 s the lowest priority goes before a new chat', async () => {
    const all = [bench.run('first'), bench.run('title', 'background')];
    for (let round = 0; round < 5; round++) {
      bench.now = round * 20_000;
      all.push(bench.run(`chat ${round}`));
      bench.scheduler.pump();
    }
    assert.deepEqual(bench.order, ['first!', 'chat 0', 'chat 1', 'chat 2', 'title', 'chat 3', 'chat 4']);
    for (const id of ['first', 'chat 0', 'chat 1', 'chat 2', 'title', 'chat 3', 'chat 4']) {
      await settled();
      bench.end(id);
    }
    await Promise.all(all);
  });

  it('says how long who waits will wait, once an answer has been timed', async () => {
    const waits = () => bench.scheduler.entries.map(({ expectedMs }) => expectedMs);
    const first = bench.run('first');
    const others = ['second', 'third'].map((id) => bench.run(id));
    assert.deepEqual(waits(), [undefined, undefined, undefined]);
    await settled();
    bench.now = 8_000;
    bench.end('first');
    await first;
    assert.deepEqual(waits(), [undefined, 8_000]);
    bench.now = 11_000;
    const fourth = bench.run('fourth');
    assert.deepEqual(waits(), [undefined, 5_000, 13_000]);
    for (const id of ['second', 'third', 'fourth']) {
      await settled();
      bench.end(id);
    }
    await Promise.all([...others, fourth]);
  });

  it('refuses what was cancelled before it came, and asks nothing for it', async () => {
    bench.answers.set('late', () => assert.fail('was asked'));
    await assert.rejects(bench.run('late', 'chat', AbortSignal.abort()), /cancelled/);
    assert.deepEqual(bench.order, []);
  });

  it('leaves a running one alone when its signal aborts: that is for the task', async () => {
    const abort = new AbortController();
    const running = bench.run('running', 'chat', abort.signal);
    abort.abort();
    await settled();
    assert.deepEqual(bench.order, ['running!']);
    bench.end('running');
    await running;
  });

  it('gives the slot back when a task throws', async () => {
    const failing = bench.run('failing');
    const next = bench.run('next');
    await settled();
    bench.end('failing', new Error('broken'));
    await assert.rejects(failing, /broken/);
    await settled();
    bench.end('next');
    assert.equal(await next, 'next');
    assert.equal(bench.free, 1);
  });

  it('lets others pass one that waits, unless it blocks', async () => {
    bench.answers.set('other', () => ({ kind: 'wait', blocks: false }));
    const other = bench.run('other');
    const free = bench.run('free');
    assert.deepEqual(bench.order, ['free!', 'other']);
    await settled();
    bench.end('free');
    await free;
    bench.answers.set('other', () => ({ kind: 'wait', blocks: true }));
    const behind = bench.run('behind');
    assert.deepEqual(bench.order, ['other', 'behind']);
    bench.answers.delete('other');
    bench.scheduler.pump();
    assert.deepEqual(bench.order, ['other!', 'behind']);
    for (const id of ['other', 'behind']) {
      await settled();
      bench.end(id);
    }
    await Promise.all([other, behind]);
  });

  it('passes a refusal on, and a mistake in asking hurts only who asked', async () => {
    const error = new HearthError('model-damaged', 'It is damaged.', 'Download it again.');
    bench.answers.set('refused', () => ({ kind: 'refused', error }));
    await assert.rejects(bench.run('refused'), error);
    const running = bench.run('running');
    bench.answers.set('buggy', () => {
      throw new TypeError('a bug');
    });
    await assert.rejects(bench.run('buggy'), (thrown) => (thrown as HearthError).info.code === 'internal');
    await settled();
    bench.end('running');
    await running;
    assert.deepEqual(bench.order, []);
  });

  it('asks again when asking itself changes something', async () => {
    let asked = 0;
    bench.answers.set('first', () => {
      asked += 1;
      if (asked === 1) bench.scheduler.pump(); // As a host does that makes room.
      return asked < 2 ? { kind: 'wait', blocks: true } : { kind: 'admitted', release: () => undefined };
    });
    const first = bench.run('first');
    assert.deepEqual([asked, bench.order], [2, ['first!']]);
    await settled();
    bench.end('first');
    await first;
  });
});
