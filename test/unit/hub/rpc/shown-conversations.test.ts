import assert from 'node:assert/strict';
import { ShownConversations } from '../../../../src/hub/rpc/shown-conversations';
import type { ConversationSnapshot } from '../../../../src/shared/protocol/conversations';
import { disposable } from '../../../../src/shared/util/disposable';
import { conversation } from '../../../support/conversations';

/** Counts who is kept in memory; an opening ends when the test says so. */
function scene() {
  const kept = new Map<string, number>();
  const add = (id: string, change: number) => kept.set(id, (kept.get(id) ?? 0) + change);
  const opening = { ended: Promise.resolve() };
  const shown = new ShownConversations({
    open: async (id): Promise<ConversationSnapshot> => {
      await opening.ended;
      return { sequence: 0, conversation: conversation([], { id }), progress: {} };
    },
    watch: (id) => {
      add(id, 1);
      return disposable(() => add(id, -1));
    },
  });
  return { shown, opening, kept: (id: string) => kept.get(id) ?? 0 };
}

describe('ShownConversations', () => {
  it('keeps what is shown once, however often it is opened, until it is closed', async () => {
    const { shown, kept } = scene();
    await shown.open('c');
    await shown.open('c');
    assert.deepEqual([shown.has('c'), kept('c')], [true, 1]);
    shown.close('c');
    shown.close('c');
    assert.deepEqual([shown.has('c'), kept('c')], [false, 0]);
  });

  it('does not keep what was closed while it was being opened', async () => {
    const { shown, kept } = scene();
    const opening = shown.open('c');
    shown.close('c');
    await opening;
    assert.deepEqual([shown.has('c'), kept('c')], [false, 0]);
  });

  it('does not keep what cannot be opened', async () => {
    const { shown, opening, kept } = scene();
    opening.ended = Promise.reject(new Error('gone'));
    await assert.rejects(shown.open('c'), /gone/);
    assert.deepEqual([shown.has('c'), kept('c')], [false, 0]);
  });

  it('keeps nothing for a client that is gone, also when its last request comes late', async () => {
    const { shown, kept } = scene();
    await shown.open('c');
    await shown.open('d');
    shown.dispose();
    assert.deepEqual([kept('c'), kept('d')], [0, 0]);
    await shown.open('c');
    assert.equal(kept('c'), 0);
  });
});
