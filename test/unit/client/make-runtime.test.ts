import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { link } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseRuntime, ensureRuntime, readRuntimeManifest } from '../../../src/client/choose-runtime';
import { makeRuntime, type RuntimeDisk } from '../../../src/client/make-runtime';
import { isForThisSystem, readOwnBuild, type OwnBuild } from '../../../src/client/own-build';
import { errorInfo } from '../../../src/shared/protocol/errors';
import { useTempFolder } from '../../support/temp-folder';

describe('a runtime', () => {
  const at = useTempFolder();
  function write(path: string, text: string): void {
    mkdirSync(join(at(path), '..'), { recursive: true });
    writeFileSync(at(path), text);
  }
  beforeEach(() => {
    write('ext/dist/hub.js', 'the hub');
    write('ext/dist/worker.mjs', 'the worker');
    write('ext/dist/extension.js', 'not needed');
    write('ext/models/demo.gguf', 'GGUF');
    write(
      'ext/node_modules/node-llama-cpp/package.json',
      JSON.stringify({ version: '1', dependencies: { a: '*' } }),
    );
    write('ext/node_modules/node-llama-cpp/dist/index.js', 'code');
    write('ext/node_modules/node-llama-cpp/dist/index.d.ts', 'types');
    write('ext/node_modules/a/package.json', '{}');
  });
  const own = (): OwnBuild => {
    const build = readOwnBuild(at('ext/dist/hub.js'), '1.0.0');
    assert.ok(build !== undefined);
    return build;
  };
  const target = () => at('home', 'runtime', own().id);
  const never = () => false;
  const errno = (code: string) => Object.assign(new Error(code), { code });
  const otherDevice: RuntimeDisk = {
    free: () => Promise.resolve(1e12),
    link: () => Promise.reject(errno('EXDEV')),
  };
  const prepared = () => mkdirSync(at('home', 'runtime'), { recursive: true });

  it('has what hub and worker need; packages are links, what a build writes is not', async () => {
    await ensureRuntime(at('home'), own());
    const files = readdirSync(target(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
    assert.deepEqual(files.sort(), [
      'demo.gguf',
      'hub.js',
      'index.js',
      'package.json',
      'package.json',
      'package.json',
      'worker.mjs',
    ]);
    assert.equal(statSync(join(target(), 'node_modules/a/package.json')).nlink, 2);
    writeFileSync(at('ext/dist/hub.js'), 'rebuilt');
    const [first] = readdirSync(at('home/runtime'));
    assert.equal(readFileSync(at('home/runtime', first!, 'dist/hub.js'), 'utf8'), 'the hub');
    assert.notEqual(own().id, first);
  });

  it('is copied where it cannot be linked', async () => {
    prepared();
    const { copiedBytes } = await makeRuntime(own(), target(), never, otherDevice);
    assert.ok(copiedBytes > 0);
    assert.equal(statSync(join(target(), 'node_modules/a/package.json')).nlink, 1);
    const copy = statSync(join(target(), 'dist/hub.js')).mtimeMs;
    assert.ok(Math.abs(copy - statSync(at('ext/dist/hub.js')).mtimeMs) < 2, 'the time of the build is kept');
  });

  it('says how much room it needs, before it takes any, and leaves nothing', async () => {
    prepared();
    const full = { ...otherDevice, free: () => Promise.resolve(10) };
    await assert.rejects(makeRuntime(own(), target(), never, full), (error) => {
      const { code, message } = errorInfo(error);
      assert.equal(code, 'storage-full');
      assert.match(message, /it needs 1 KiB in .*, and 1 KiB are free/);
      return true;
    });
    assert.deepEqual(readdirSync(at('home/runtime')), []);
    let links = 0;
    const fullLater: RuntimeDisk = {
      free: otherDevice.free,
      link: (from, to) => ((links += 1) > 2 ? Promise.reject(errno('ENOSPC')) : link(from, to)),
    };
    await assert.rejects(
      makeRuntime(own(), target(), never, fullLater),
      (error) => errorInfo(error).code === 'storage-full',
    );
    assert.deepEqual(readdirSync(at('home/runtime')), []);
  });

  it('replaces one that somebody damaged', async () => {
    await ensureRuntime(at('home'), own());
    rmSync(join(target(), 'dist/worker.mjs'));
    await ensureRuntime(at('home'), own());
    assert.equal(readFileSync(join(target(), 'dist/worker.mjs'), 'utf8'), 'the worker');
  });

  it('is made although somebody died while making it', async () => {
    prepared();
    // No process has such a pid.
    writeFileSync(at('home/runtime', `.${own().id}.pid`), '4194999');
    await ensureRuntime(at('home'), own());
    assert.deepEqual(readdirSync(at('home/runtime')), [own().id]);
  });

  it('knows when its build was made anew: the newest build is what is started', async () => {
    await ensureRuntime(at('home'), own());
    const { id } = own();
    write('other/dist/hub.js', 'another hub');
    write('other/dist/worker.mjs', 'the worker');
    write('other/node_modules/node-llama-cpp/package.json', '{"version":"1"}');
    const later = (seconds: number) => new Date(Date.now() + seconds * 1_000);
    for (const file of ['hub.js', 'worker.mjs']) utimesSync(at('other/dist', file), later(10), later(10));
    const other = await chooseRuntime(at('home'), at('other/dist/hub.js'), '1.0.0');
    assert.equal(await chooseRuntime(at('home'), at('ext/dist/hub.js'), '1.0.0'), other);
    for (const file of ['hub.js', 'worker.mjs']) utimesSync(at('ext/dist', file), later(20), later(20));
    assert.match((await chooseRuntime(at('home'), at('ext/dist/hub.js'), '1.0.0')) ?? '', new RegExp(id));
    assert.equal(readRuntimeManifest(at('home'), id)?.builtAt, own().manifest.builtAt);
  });

  it('says what is missing when the installation is not whole, and when there is nothing to start', async () => {
    const unreachable = (message: RegExp) => (error: unknown) =>
      errorInfo(error).code === 'hub-unreachable' && message.test(errorInfo(error).message);
    assert.equal(await chooseRuntime(at('home'), at('gone/dist/hub.js'), '1.0.0'), undefined);
    write('part/dist/hub.js', '');
    write('part/dist/worker.mjs', '');
    await assert.rejects(
      chooseRuntime(at('home'), at('part/dist/hub.js'), '1.0.0'),
      unreachable(/node-llama-cpp is missing/),
    );
    assert.equal(existsSync(at('home/runtime')) && readdirSync(at('home/runtime')).length > 0, false);
  });

  it('has no binaries of other systems', () => {
    const system = { darwin: 'mac', win32: 'win', linux: 'linux' }[process.platform as 'linux'];
    assert.ok(isForThisSystem(`@node-llama-cpp/${system}-${process.arch}`));
    assert.ok(isForThisSystem(`@node-llama-cpp/${system}-${process.arch}-cuda-ext`));
    assert.ok(isForThisSystem('anything-else'));
    assert.ok(!isForThisSystem('@node-llama-cpp/plan9-x64'));
    assert.ok(!isForThisSystem(`@node-llama-cpp/${system}-${process.arch}el`));
  });
});
