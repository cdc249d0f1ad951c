import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { serializeConversation } from '../../../../src/hub/conversations/conversation-file';
import { ConversationStore } from '../../../../src/hub/conversations/conversation-store';
import { hearthPaths } from '../../../../src/hub/storage/hearth-paths';
import { errorInfo } from '../../../../src/shared/protocol/errors';
import { HearthError } from '../../../../src/shared/protocol/errors';
import { answer, conversation, user } from '../../../support/conversations';
import { usePowerCut } from '../../../support/power-cut';
import { useTempFolder } from '../../../support/temp-folder';

const ID = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';

describe('ConversationStore', () => {
  const at = useTempFolder();
  let store: ConversationStore;
  let logged: string[];
  beforeEach(() => {
    logged = [];
    store = new ConversationStore(hearthPaths(at()), (line) => logged.push(line));
    mkdirSync(at('conversations'));
  });
  const file = (id: string) => at('conversations', `${id}.json`);
  const code = (expected: string) => (error: unknown) => errorInfo(error).code === expected;

  it('reads what it wrote, lists the newest first, and removes', async () => {
    const one = conversation([user('u', null)], { updatedAt: 1 });
    await store.write(one);
    await store.write(conversation([], { id: OTHER, updatedAt: 2, title: 'Newer' }));
    assert.deepEqual(await store.read(ID), one);
    assert.deepEqual(await store.summaries(), [
      { id: OTHER, title: 'Newer', updatedAt: 2, messageCount: 0 },
      { id: ID, title: 'Title', updatedAt: 1, messageCount: 1 },
    ]);
    await store.remove(ID);
    await assert.rejects(store.read(ID), code('conversation-not-found'));
  });

  it('has on the disk what it wrote and removed when the power is cut', async function () {
    const cutPower = usePowerCut(this, at());
    const one = conversation([user('u', null)]);
    await store.write(one);
    cutPower();
    assert.deepEqual(await store.read(ID), one);
    await store.remove(ID);
    cutPower();
    await assert.rejects(store.read(ID), code('conversation-not-found'));
  });

  it('refuses an id that is no file name of its own', async () => {
    for (const id of ['../settings', 'x', '', `${ID}/..`])
      await assert.rejects(store.read(id), code('conversation-not-found'));
  });

  it('sets a damaged one aside, unharmed, and still lists the rest', async () => {
    await store.write(conversation([]));
    writeFileSync(file(OTHER), '{"format": "hearth-conv');
    assert.deepEqual(
      (await store.summaries()).map(({ id }) => id),
      [ID],
    );
    const [aside] = readdirSync(at('damaged'));
    assert.equal(readFileSync(at('damaged', aside!), 'utf8'), '{"format": "hearth-conv');
    await assert.rejects(store.read(OTHER), code('conversation-not-found'));
    writeFileSync(file(OTHER), 'null');
    await assert.rejects(store.read(OTHER), code('conversation-damaged'));
    assert.equal(existsSync(file(OTHER)), false);
  });

  it('leaves one of a newer version where it is', async () => {
    const text = serializeConversation(conversation([])).replace('"version": 1', '"version": 9');
    writeFileSync(file(ID), text);
    await assert.rejects(store.read(ID), /newer Hearth/);
    assert.deepEqual(await store.summaries(), []);
    assert.equal(readFileSync(file(ID), 'utf8'), text);
    assert.equal(existsSync(at('damaged')), false);
  });

  it('closes what a dead hub left running when it is opened, but not when it is listed', async () => {
    await store.write(conversation([user('u', null), answer('a', 'u', { status: 'running', text: '' })]));
    const journal = store.journalPath(ID, 'a');
    writeFileSync(journal, '\n{"reasoning":"r","text":"half"}');
    const before = readFileSync(file(ID), 'utf8');
    await store.summaries();
    assert.equal(readFileSync(file(ID), 'utf8'), before, 'it may be running in this very hub');
    assert.ok(existsSync(journal));
    const { messages } = await store.read(ID);
    const closed = messages['a'];
    assert.ok(closed?.role === 'assistant');
    assert.deepEqual([closed.status, closed.text, closed.error?.code], ['finished', 'half', 'hub-lost']);
    assert.equal(existsSync(journal), false);
    assert.deepEqual((await store.read(ID)).messages, messages, 'and it is stored');
  });

  it('opens what a dead hub left running on a full disk too, and keeps its journal', async () => {
    await store.write(conversation([user('u', null), answer('a', 'u', { status: 'running', text: '' })]));
    const journal = store.journalPath(ID, 'a');
    writeFileSync(journal, '\n{"reasoning":"","text":"half"}');
    store.write = () =>
      Promise.reject(new HearthError('storage-full', 'The disk is full.', 'Free some of it.'));
    const { a } = (await store.read(ID)).messages;
    assert.ok(a?.role === 'assistant');
    assert.deepEqual([a.status, a.text], ['finished', 'half']);
    assert.ok(existsSync(journal));
  });

  it('removes the journals with their conversation, and nobody else’s', async () => {
    await store.write(conversation([]));
    for (const id of [ID, OTHER]) writeFileSync(store.journalPath(id, 'a'), '');
    await store.remove(ID);
    assert.deepEqual(readdirSync(at('conversations')), [`${OTHER}.a.journal`]);
  });
});
