import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { homeHash, runtimeFolder, takeSocketFile } from '../../../../src/hub/lifetime/hub-lock';
import { useTempFolder } from '../../../support/temp-folder';

describe('runtimeFolder', () => {
  const at = useTempFolder();
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  const mode = (path: string) => statSync(path).mode & 0o777;

  it('is private and below XDG_RUNTIME_DIR', () => {
    const folder = runtimeFolder({ XDG_RUNTIME_DIR: at() });
    assert.equal(folder, at('hearth'));
    assert.equal(mode(folder), 0o700);
    chmodSync(folder, 0o777);
    assert.equal(runtimeFolder({ XDG_RUNTIME_DIR: at() }), folder);
    assert.equal(mode(folder), 0o700, 'made private again');
  });

  it('is another one when the socket’s path would have more than 100 bytes', () => {
    const socket = `/hearth/${'x'.repeat(20)}.sock`;
    const fits = `${at()}/${'é'.repeat(40)}`.slice(0);
    const room = 100 - Buffer.byteLength(`${at()}/${socket}`);
    const just = at('y'.repeat(room));
    assert.equal(Buffer.byteLength(just + socket), 100);
    assert.equal(runtimeFolder({ XDG_RUNTIME_DIR: just }), `${just}/hearth`);
    for (const long of [`${just}y`, fits]) {
      const folder = runtimeFolder({ XDG_RUNTIME_DIR: long });
      assert.ok(!folder.startsWith(at()), folder);
      assert.ok(Buffer.byteLength(folder + socket.slice('/hearth'.length)) <= 100);
    }
  });

  it('is never one that is a link, or that cannot be made', () => {
    mkdirSync(at('elsewhere'));
    symlinkSync(at('elsewhere'), at('hearth'));
    assert.notEqual(runtimeFolder({ XDG_RUNTIME_DIR: at() }), at('hearth'));
    assert.ok(!runtimeFolder({ XDG_RUNTIME_DIR: '/dev/null' }).startsWith('/dev'));
    assert.ok(!runtimeFolder({ XDG_RUNTIME_DIR: '' }).startsWith('hearth'));
  });
});

describe('homeHash', () => {
  it('is short, and its own for every home', () => {
    assert.match(homeHash('/home/a/.hearth'), /^[0-9a-f]{20}$/);
    assert.notEqual(homeHash('/home/a/.hearth'), homeHash('/home/b/.hearth'));
  });
});

describe('takeSocketFile', () => {
  const at = useTempFolder();
  let taken: Server[];
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  beforeEach(() => (taken = []));
  afterEach(() => Promise.all(taken.map((server) => new Promise((resolve) => server.close(resolve)))));

  async function take(): Promise<boolean> {
    const server = await takeSocketFile(at('lock'));
    if (server !== undefined) taken.push(server);
    return server !== undefined;
  }

  /** As a hub that was killed leaves it. */
  function leaveStaleFile(): void {
    const code = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', code, at('lock')]);
    assert.ok(existsSync(at('lock')));
  }

  it('takes what is free, and nothing that is taken', async () => {
    assert.deepEqual([await take(), await take()], [true, false]);
    assert.deepEqual(readdirSync(at()), ['lock']);
  });

  it('takes what a process that was killed has left behind', async () => {
    leaveStaleFile();
    assert.equal(await take(), true);
  });

  it('takes what is no socket', async () => {
    writeFileSync(at('lock'), '');
    assert.equal(await take(), true);
  });

  it('is taken by one of twenty who find the same stale file, and stays taken', async () => {
    leaveStaleFile();
    const found = await Promise.all(Array.from({ length: 20 }, take));
    assert.equal(found.filter(Boolean).length, 1);
    assert.equal(await take(), false);
  });
});
