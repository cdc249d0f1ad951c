import assert from 'node:assert/strict';
import type { ConversationStore } from '../../../../src/hub/conversations/conversation-store';
import { LiveConversation } from '../../../../src/hub/conversations/live-conversation';
import { LiveConversations } from '../../../../src/hub/conversations/live-conversations';
import { conversation } from '../../../support/conversations';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What is read waits until the test lets it; `isFull` makes writes fail. */
function scene() {
  const disk = { isFull: false, reads: 0, reading: Promise.resolve() };
  const write = () => (disk.isFull ? Promise.reject(new Error('full')) : Promise.resolve());
  const store = { write } as unknown as ConversationStore;
  const live = new LiveConversations(async (id) => {
    disk.reads += 1;
    await disk.reading;
    return new LiveConversation(conversation([], { id }), store, () => undefined);
  });
  return { disk, live };
}

describe('LiveConversations', () => {
  it('has none of a thousand in memory that were opened and are not shown', async () => {
    const { live, disk } = scene();
    for (let index = 0; index < 1_000; index++) await live.use(`c${index}`, ({ id }) => id);
    await settled();
    assert.deepEqual([live.size, disk.reads], [0, 1_000]);
  });

  it('reads one once for all who use it at the same time', async () => {
    const { live, disk } = scene();
    const [first, second] = await Promise.all([
      live.use('c', (found) => live.use('c', (again) => [found, again])),
      live.use('c', (found) => found),
    ]);
    assert.equal(first[0], first[1]);
    assert.equal(first[0], second);
    assert.equal(disk.reads, 1);
  });

  it('does not begin a second reading beside one that nobody waits for any more', async () => {
    const { live, disk } = scene();
    let go = (): void => undefined;
    disk.reading = new Promise((resolve) => (go = resolve));
    live.keep('c').dispose();
    const used = live.use('c', ({ id }) => id);
    go();
    assert.equal(await used, 'c');
    assert.equal(disk.reads, 1);
  });

  it('keeps the one that is shown, until everybody has closed it', async () => {
    const { live, disk } = scene();
    const shown = [live.keep('c'), live.keep('c')];
    const open = () => live.use('c', (found) => found);
    const before = await open();
    shown[0]?.dispose();
    shown[0]?.dispose();
    await settled();
    assert.equal(await open(), before);
    shown[1]?.dispose();
    await settled();
    assert.notEqual(await open(), before);
    assert.equal(disk.reads, 2);
  });

  it('keeps what the disk has not taken', async () => {
    const { live, disk } = scene();
    disk.isFull = true;
    const rename = (title: string) => live.use('c', (found) => found.change({ title }));
    await assert.rejects(rename('lost'), /full/);
    await settled();
    assert.equal(live.size, 1);
    disk.isFull = false;
    await rename('kept');
    await settled();
    assert.deepEqual([live.size, disk.reads], [0, 1]);
  });

  it('reads anew what could not be read', async () => {
    const { live, disk } = scene();
    disk.reading = Promise.reject(new Error('too many open files'));
    const shown = live.keep('c');
    await assert.rejects(
      live.use('c', ({ id }) => id),
      /too many/,
    );
    disk.reading = Promise.resolve();
    assert.equal(await live.use('c', ({ id }) => id), 'c');
    shown.dispose();
  });
});
