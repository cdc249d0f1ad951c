/**
 * node-llama-cpp makes a sampler for every evaluation and leaves it to V8: 12 bytes for each token of the vocabulary, 2.4 MB
 * for gpt-oss, of which V8 sees none. A long prompt in many slices left hundreds of MB, until something else filled V8's heap.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So many may lie around: a collection takes one to three milliseconds. */
const MOST = 8;

export class LeftSamplers {
  private count = 0;

  /** @param collect frees what was left */
  constructor(private readonly collect: () => void = youngCollection()) {}

  /** One more evaluation is over. */
  add(): void {
    this.count++;
    if (this.count < MOST) return;
    this.count = 0;
    this.collect();
  }
}

/** The only way to V8's collector in a process that was not started with a flag; nothing where a host forbids it. */
function youngCollection(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('globalThis.gc') as ((options: { type: 'minor' }) => void) | undefined;
  return () => collect?.({ type: 'minor' });
}
