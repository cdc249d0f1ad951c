import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { AnswerPacket } from '../../../src/shared/protocol/worker';
import { PacketBatcher } from '../../../src/worker/packet-batcher';

const A_MOMENT = 1_000;

describe('PacketBatcher', () => {
  let sent: AnswerPacket[][];
  let batcher: PacketBatcher;
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    // However slow the machine is, all of a test's packets come at once.
    mock.method(performance, 'now', () => 1_000);
    sent = [];
    batcher = new PacketBatcher((packets) => sent.push(packets));
    // The first packet goes out at once; what follows within the interval is gathered.
    batcher.add({ type: 'prefill', done: 0, total: 9, reused: 0 });
    sent.length = 0;
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });
  const piece = (type: 'reasoning' | 'answer', text: string, tokens: number): AnswerPacket => ({
    type,
    text,
    tokens,
  });
  const call: AnswerPacket = {
    type: 'toolCall',
    call: { id: 'c', name: 'f', argumentsJson: '{}' },
    tokens: 5,
  };

  it('joins neighbours of one channel and keeps the order across channels', () => {
    batcher.add(piece('reasoning', 'a', 1));
    batcher.add(piece('reasoning', 'b', 2));
    batcher.add(piece('answer', 'c', 3));
    batcher.add(piece('reasoning', 'd', 4));
    batcher.add(call);
    batcher.add(call);
    batcher.add(piece('answer', 'e', 6));
    batcher.add(piece('answer', 'f', 7));
    assert.deepEqual(sent, []);
    mock.timers.tick(A_MOMENT);
    assert.deepEqual(sent, [
      [
        piece('reasoning', 'ab', 2),
        piece('answer', 'c', 3),
        piece('reasoning', 'd', 4),
        call,
        call,
        piece('answer', 'ef', 7),
      ],
    ]);
  });

  it('keeps only the latest progress of reading the prompt', () => {
    for (const done of [1, 2, 3]) batcher.add({ type: 'prefill', done, total: 9, reused: 0 });
    batcher.add(piece('answer', 'a', 1));
    mock.timers.tick(A_MOMENT);
    assert.deepEqual(sent, [[{ type: 'prefill', done: 3, total: 9, reused: 0 }, piece('answer', 'a', 1)]]);
  });

  it('sends what is left when it is flushed, once', () => {
    batcher.add(piece('answer', 'a', 1));
    batcher.flush();
    batcher.flush();
    mock.timers.tick(A_MOMENT);
    assert.deepEqual(sent, [[piece('answer', 'a', 1)]]);
  });

  it('sends the first packet at once', () => {
    const first: AnswerPacket[][] = [];
    new PacketBatcher((packets) => first.push(packets)).add(piece('answer', 'a', 1));
    assert.equal(first.length, 1);
  });
});
