/** A batching strategy: running answers go first, prompts that are being read share what is left. */
import type { BatchItem, PrioritizedBatchItem } from 'node-llama-cpp';

/** A decode step is one token; anything longer is prefill. Fills a batch of `size` tokens. */
export function decodeFirst({
  items,
  size,
}: {
  items: readonly BatchItem[];
  size: number;
}): PrioritizedBatchItem[] {
  const chosen: PrioritizedBatchItem[] = [];
  let left = size;
  for (const item of [...items].sort((a, b) => a.tokens.length - b.tokens.length)) {
    if (left <= 0) break;
    const processAmount = Math.min(item.tokens.length, left);
    chosen.push({ item, processAmount });
    left -= processAmount;
  }
  return chosen;
}
