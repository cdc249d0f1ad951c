import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import {
  makePrivateFolder,
  readIfThere,
  removeTemporaryFiles,
  storageError,
  writeAtomic,
} from '../../../../src/hub/storage/atomic-file';
import { errorInfo, HearthError } from '../../../../src/shared/protocol/errors';
import { usePowerCut } from '../../../support/power-cut';
import { useTempFolder } from '../../../support/temp-folder';

const coded = (code: string) => Object.assign(new Error(`${code}: from the system`), { code });

describe('writeAtomic', () => {
  const at = useTempFolder();

  it('replaces the content and leaves nothing else behind, readable by its owner only', async () => {
    await writeAtomic(at('file'), 'one');
    await writeAtomic(at('file'), 'zwei ü');
    assert.equal(readFileSync(at('file'), 'utf8'), 'zwei ü');
    assert.deepEqual(readdirSync(at()), ['file']);
    if (process.platform !== 'win32') assert.equal(statSync(at('file')).mode & 0o777, 0o600);
  });

  it('survives a power cut, and so does the old content until then', async function () {
    writeFileSync(at('file'), 'old');
    const cutPower = usePowerCut(this, at());
    const writing = writeAtomic(at('file'), 'new');
    cutPower();
    assert.equal(readFileSync(at('file'), 'utf8'), 'old');
    await writing.catch(() => undefined);
    await writeAtomic(at('file'), 'newer');
    cutPower();
    assert.equal(readFileSync(at('file'), 'utf8'), 'newer');
  });

  it('leaves everything as it was when it fails', async () => {
    // A folder in the target's place: the new content is written, but cannot take its place.
    mkdirSync(at('target'));
    writeFileSync(at('target', 'inside'), 'old');
    await assert.rejects(
      writeAtomic(at('target'), 'new'),
      (error) => errorInfo(error).code === 'storage-failed',
    );
    assert.deepEqual(readdirSync(at()), ['target']);
    assert.equal(readFileSync(at('target', 'inside'), 'utf8'), 'old');
    await assert.rejects(
      writeAtomic(at('missing', 'file'), 'new'),
      (error) => errorInfo(error).code === 'storage-failed',
    );
  });

  it('is one or the other when two write at once', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map((text) => writeAtomic(at('file'), text)));
    assert.ok(texts.includes(readFileSync(at('file'), 'utf8')));
    assert.deepEqual(readdirSync(at()), ['file']);
  });
});

describe('removeTemporaryFiles', () => {
  const at = useTempFolder();

  it('deletes what an interrupted write left, and nothing else', async () => {
    const others = ['a.json', 'a.tmp', 'a.json.0123.tmp', 'x.0123456789ab.tmp.json'];
    for (const name of [...others, 'a.json.0123456789ab.tmp']) writeFileSync(at(name), '');
    await removeTemporaryFiles(at());
    assert.deepEqual(readdirSync(at()).sort(), others.sort());
    await assert.rejects(
      removeTemporaryFiles(at('missing')),
      (error) => errorInfo(error).code === 'storage-failed',
    );
  });
});

describe('reading and folders', () => {
  const at = useTempFolder();

  it('tell a missing file from one that cannot be read', async () => {
    assert.equal(await readIfThere(at('missing')), undefined);
    writeFileSync(at('file'), 'text');
    assert.equal(await readIfThere(at('file')), 'text');
    await assert.rejects(readIfThere(at()), (error) => errorInfo(error).code === 'storage-failed');
  });

  it('are private', async () => {
    await makePrivateFolder(at('a/b'));
    await makePrivateFolder(at('a/b'));
    if (process.platform !== 'win32') assert.equal(statSync(at('a/b')).mode & 0o777, 0o700);
    writeFileSync(at('file'), '');
    await assert.rejects(
      makePrivateFolder(at('file/x')),
      (error) => errorInfo(error).code === 'storage-failed',
    );
  });
});

describe('storageError', () => {
  it('tells a full disk from the rest', () => {
    for (const code of ['ENOSPC', 'EDQUOT'])
      assert.equal(storageError(coded(code), '/x').info.code, 'storage-full');
    const { code, message } = storageError(coded('EACCES'), '/x/file').info;
    assert.equal(code, 'storage-failed');
    assert.match(message, /\/x\/file/);
    const known = new HearthError('storage-full', 'Full.', 'Free some.');
    assert.equal(storageError(known, '/y'), known);
  });
});
