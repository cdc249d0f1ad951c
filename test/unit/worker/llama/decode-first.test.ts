import assert from 'node:assert/strict';
import type { BatchItem } from 'node-llama-cpp';
import { decodeFirst } from '../../../../src/worker/llama/decode-first';

describe('decodeFirst', () => {
  const item = (length: number) => ({ tokens: Array<number>(length).fill(0) }) as unknown as BatchItem;
  function check(size: number, lengths: number[], expected: [length: number, amount: number][]): void {
    const chosen = decodeFirst({ items: lengths.map(item), size });
    assert.deepEqual(
      chosen.map(({ item: { tokens }, processAmount }) => [tokens.length, processAmount]),
      expected,
    );
  }

  it('lets the running answers go first and gives prompts what is left', () => {
    check(512, [4_000, 1, 1], [[1, 1], [1, 1], [4_000, 510]]); // prettier-ignore
    check(512, [4_000, 100], [[100, 100], [4_000, 412]]); // prettier-ignore
    check(512, [300, 1], [[1, 1], [300, 300]]); // prettier-ignore
    check(2, [1, 1, 1, 50], [[1, 1], [1, 1]]); // prettier-ignore
    check(512, [], []);
  });

  it('does not reorder what it was given', () => {
    const items = [item(9), item(1)];
    decodeFirst({ items, size: 4 });
    assert.deepEqual(
      items.map(({ tokens }) => tokens.length),
      [9, 1],
    );
  });
});
