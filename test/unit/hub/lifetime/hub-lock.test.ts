import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { homeHash, runtimeFolder } from '../../../../src/hub/lifetime/hub-lock';
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
