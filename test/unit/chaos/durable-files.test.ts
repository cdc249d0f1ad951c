/** The tests' own power cut: what was not flushed is gone, what was stays. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as promises from 'node:fs/promises';
import { watchFiles } from '../../chaos/durable-files';
import { DurableShadow } from '../../chaos/durable-shadow';
import { useTempFolder } from '../../support/temp-folder';

describe('a power cut', () => {
  if (process.platform !== 'linux') return;
  const path = useTempFolder();
  let shadow: DurableShadow;
  let files: typeof promises;
  let steps: number;

  beforeEach(() => {
    mkdirSync(path('home'));
    writeFileSync(path('home', 'old'), 'was there');
    shadow = new DurableShadow(path('home'), path('shadow'));
    shadow.snapshot();
    files = { ...promises };
    steps = 0;
    watchFiles(files, shadow, () => (steps += 1));
  });

  const read = (name: string): string => readFileSync(path('home', name), 'utf8');
  const there = (name: string): boolean => existsSync(path('home', name));

  async function write(name: string, content: string, flags = 'w'): Promise<void> {
    const file = await files.open(path('home', name), flags);
    await file.writeFile(content);
    await file.sync();
    await file.close();
  }

  async function syncFolder(name = ''): Promise<void> {
    const folder = await files.open(path('home', name), 'r');
    await folder.sync();
    await folder.close();
  }

  it('leaves what was there before', () => {
    shadow.restore();
    assert.equal(read('old'), 'was there');
  });

  it('takes a new file whose folder was not flushed', async () => {
    await write('new', 'text');
    shadow.restore();
    assert.ok(!there('new'));
  });

  it('empties a file that was not flushed itself', async () => {
    const file = await files.open(path('home', 'new'), 'wx');
    await file.writeFile('text');
    await file.close();
    await syncFolder();
    shadow.restore();
    assert.equal(read('new'), '');
  });

  it('leaves a file that was flushed, and its folder too', async () => {
    await write('new', 'text');
    await syncFolder();
    shadow.restore();
    assert.equal(read('new'), 'text');
  });

  it('takes what was written after the flush', async () => {
    await write('old', 'one');
    const file = await files.open(path('home', 'old'), 'w');
    await file.writeFile('two');
    await file.close();
    shadow.restore();
    assert.equal(read('old'), 'one');
  });

  it('takes what was appended or written as a whole', async () => {
    await files.appendFile(path('home', 'old'), ' and more');
    await files.writeFile(path('home', 'whole'), 'text');
    await syncFolder();
    shadow.restore();
    assert.equal(read('old'), 'was there');
    assert.equal(read('whole'), '');
  });

  it('undoes a rename whose folder was not flushed', async () => {
    await write('temporary', 'new');
    await files.rename(path('home', 'temporary'), path('home', 'old'));
    assert.equal(read('old'), 'new');
    shadow.restore();
    assert.equal(read('old'), 'was there');
    assert.ok(!there('temporary'));
  });

  it('leaves a rename whose folder was flushed', async () => {
    await write('temporary', 'new');
    await files.rename(path('home', 'temporary'), path('home', 'old'));
    await syncFolder();
    shadow.restore();
    assert.equal(read('old'), 'new');
    assert.deepEqual(readdirSync(path('home')), ['old']);
  });

  it('brings back what was removed, until the folder is flushed', async () => {
    await files.rm(path('home', 'old'));
    shadow.restore();
    assert.equal(read('old'), 'was there');
    await files.unlink(path('home', 'old'));
    await syncFolder();
    shadow.restore();
    assert.ok(!there('old'));
  });

  it('does not mistake a new file for the one whose inode it got', async () => {
    for (let round = 0; round < 20; round++) {
      await files.rm(path('home', 'old'));
      await write('other', `round ${round}`, 'wx');
      shadow.restore();
      assert.equal(read('old'), 'was there');
      assert.ok(!there('other'));
    }
  });

  it('knows folders in folders', async () => {
    await files.mkdir(path('home', 'inner'));
    await write('inner/file', 'text');
    await syncFolder('inner');
    await syncFolder();
    await write('inner/later', 'text');
    shadow.restore();
    assert.deepEqual(readdirSync(path('home', 'inner')), ['file']);
    assert.equal(read('inner/file'), 'text');
  });

  it('takes a folder that its own folder does not know yet', async () => {
    await files.mkdir(path('home', 'inner'));
    await write('inner/file', 'text');
    await syncFolder('inner');
    shadow.restore();
    assert.ok(!there('inner'));
  });

  it('goes on from the first power cut to the second, and from one hub to the next', async () => {
    await write('old', 'one');
    shadow.restore();
    await write('old', 'two');
    // The next process has nothing but the folder.
    watchFiles(files, new DurableShadow(path('home'), path('shadow')));
    await write('new', 'text');
    await syncFolder();
    shadow.restore();
    assert.equal(read('old'), 'two');
    assert.equal(read('new'), 'text');
  });

  it('lets an earlier flush of a folder not undo a later one', async () => {
    const slow = await files.open(path('home'), 'r');
    const flushed = shadow.flush(slow.fd);
    await write('new', 'text');
    await syncFolder();
    flushed();
    await slow.close();
    shadow.restore();
    assert.equal(read('new'), 'text');
  });

  it('leaves logs as they are', async () => {
    await files.mkdir(path('home', 'logs'));
    await files.writeFile(path('home', 'logs', 'hub.log'), 'line');
    shadow.restore();
    assert.equal(read('logs/hub.log'), 'line');
  });

  it('can come between any two calls', async () => {
    await write('temporary', 'new');
    const before = steps;
    await files.rename(path('home', 'temporary'), path('home', 'old'));
    assert.equal(before, 7);
    assert.equal(steps, 9);
  });
});
