import assert from 'node:assert/strict';
import type { AnswerPacket } from '../../../../src/shared/protocol/worker';
import type { HarmonyEvent } from '../../../../src/worker/harmony/parser';
import { Answer } from '../../../../src/worker/llama/answer';

describe('Answer', () => {
  function take(...tokens: HarmonyEvent[][]): { answer: Answer; packets: AnswerPacket[] } {
    const packets: AnswerPacket[] = [];
    const answer = new Answer((packet) => packets.push(packet));
    for (const events of tokens) {
      answer.countToken();
      answer.take(events);
    }
    answer.finish();
    return { answer, packets };
  }
  const reasoning = (text: string): HarmonyEvent => ({ type: 'reasoning', text });
  const said = (text: string): HarmonyEvent => ({ type: 'answer', text });

  it('counts all tokens, and those of the reasoning', () => {
    // Two control tokens, three of reasoning (the first is known only afterwards), one that leads over, two of answer.
    const { answer, packets } = take([], [], [reasoning('a')], [reasoning('b')], [reasoning('c')], [], [said('d')], [said('e')]); // prettier-ignore
    assert.deepEqual([answer.tokens, answer.reasoningTokens, answer.toolCalls], [8, 4, 0]);
    assert.ok(answer.reasoningMs > 0);
    assert.deepEqual(
      packets.map((packet) => [
        packet.type,
        'text' in packet ? packet.text : '',
        'tokens' in packet && packet.tokens,
      ]),
      [
        ['reasoning', 'a', 3],
        ['reasoning', 'b', 4],
        ['reasoning', 'c', 5],
        ['answer', 'd', 7],
        ['answer', 'e', 8],
      ],
    );
  });

  it('knows how it ended, and measures reasoning that was cut off', () => {
    const { answer } = take([reasoning('a')], [{ type: 'end', reason: 'return' }]);
    assert.equal(answer.ended, 'return');
    assert.ok(answer.reasoningMs > 0);
    assert.equal(take([said('a')]).answer.reasoningMs, 0);
    assert.equal(take([said('a')]).answer.ended, undefined);
  });

  const start = (id: string, name: string): HarmonyEvent => ({ type: 'toolCallStart', id, name });
  const args = (id: string, text: string): HarmonyEvent => ({ type: 'toolCallArguments', id, text });

  it('hands a call over whole', () => {
    const { answer, packets } = take([start('1', 'f')], [args('1', '{"a"')], [args('1', ':1}')], [{ type: 'toolCallEnd', id: '1' }]); // prettier-ignore
    assert.deepEqual(packets, [
      { type: 'toolCall', call: { id: '1', name: 'f', argumentsJson: '{"a":1}' }, tokens: 4 },
    ]);
    assert.equal(answer.toolCalls, 1);
  });

  it('hands a call that was cut off over as far as it came, and ignores arguments of no call', () => {
    const { answer, packets } = take([args('?', 'x')], [start('1', 'f'), args('1', '{"a')]);
    assert.deepEqual(packets, [
      { type: 'toolCall', call: { id: '1', name: 'f', argumentsJson: '{"a' }, tokens: 2 },
    ]);
    assert.equal(answer.toolCalls, 1);
  });
});
