import assert from 'node:assert/strict';
import {
  activeProblem,
  bitsProblem,
  parametersProblem,
  plainName,
  plainNumbers,
} from '../../../../src/extension/hardware/plain-numbers';

describe('plain numbers', () => {
  it('are read as they are written', () => {
    const numbers = { parameters: 120e9, activeParameters: 5.1e9, bitsPerWeight: 4.25 };
    assert.deepEqual(plainNumbers('120B', ' 5.1b', '4.25'), numbers);
    assert.deepEqual(plainNumbers('350M', '', '8'), { parameters: 350e6, bitsPerWeight: 8 });
  });

  it('have a name', () => {
    assert.equal(plainName('120B', '5B ', '4.25'), '120B, 5B active, 4.25 bits');
    assert.equal(plainName('8B', '', '8'), '8B, 8 bits');
  });

  it('are refused one by one', () => {
    assert.equal(parametersProblem('120B'), undefined);
    for (const text of ['', '120', '0B', 'many']) assert.ok(parametersProblem(text), text);
    assert.equal(activeProblem('', 120e9), undefined);
    assert.equal(activeProblem('120B', 120e9), undefined);
    for (const text of ['5', '121B', '0B']) assert.ok(activeProblem(text, 120e9), text);
    assert.equal(bitsProblem('4.25'), undefined);
    for (const text of ['', ' ', '0', '33', 'q4']) assert.ok(bitsProblem(text), text);
  });
});
