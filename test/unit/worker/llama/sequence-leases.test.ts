import assert from 'node:assert/strict';
import type { LlamaContext } from 'node-llama-cpp';
import { SequenceLeases, type SequenceLease } from '../../../../src/worker/llama/sequence-leases';

const never = new AbortController().signal;
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('SequenceLeases', () => {
  function leases(totalSequences: number) {
    let made = 0;
    const context = { totalSequences, getSequence: () => ({ id: made++ }) };
    return new SequenceLeases(context as unknown as LlamaContext);
  }
  const id = (lease: SequenceLease | undefined) => (lease?.sequence as unknown as { id: number }).id;
  async function once(all: SequenceLeases, key: string): Promise<number> {
    const lease = await all.lease(key, never);
    lease?.release();
    return id(lease);
  }

  it('gives a conversation the sequence that holds its tokens, else the one unused for longest', async () => {
    const all = leases(2);
    assert.deepEqual([await once(all, 'a'), await once(all, 'b'), await once(all, 'a')], [0, 1, 0]);
    assert.equal(await once(all, 'c'), 1, 'b was unused for longer');
    assert.equal(await once(all, 'a'), 0);
  });

  it('makes one conversation wait for itself, and serves others meanwhile', async () => {
    const all = leases(2);
    const first = await all.lease('a', never);
    let second: SequenceLease | undefined;
    void all.lease('a', never).then((lease) => (second = lease));
    const other = await all.lease('b', never);
    await settled();
    assert.equal(second, undefined);
    other?.release();
    await settled();
    assert.equal(second, undefined, 'not in a second sequence either');
    first?.release();
    await settled();
    assert.equal(id(second), id(first));
  });

  it('lets one that waits go at once when it is cancelled, and the next one in', async () => {
    const all = leases(1);
    const first = await all.lease('a', never);
    const abort = new AbortController();
    const waiting = all.lease('b', abort.signal);
    const last = all.lease('c', never);
    abort.abort();
    assert.equal(await waiting, undefined);
    first?.release();
    assert.equal(id(await last), 0);
    assert.equal(await all.lease('d', AbortSignal.abort()), undefined);
  });

  it('does not take back what was given when the signal aborts later', async () => {
    const all = leases(1);
    const abort = new AbortController();
    const first = await all.lease('a', abort.signal);
    let second: SequenceLease | undefined;
    void all.lease('b', never).then((lease) => (second = lease));
    abort.abort();
    await settled();
    assert.equal(second, undefined);
    first?.release();
    await settled();
    assert.ok(second);
  });
});
