import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CreateConversation, ListConversations } from '../../src/shared/protocol/conversations';
import { ListModels, LoadModel } from '../../src/shared/protocol/models';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { SubscribeState } from '../../src/shared/protocol/system';
import { makeBuild, TestWindow } from '../support/builds';
import { DIST, isAlive, kill, ROOT, TestHub, until, WatchedConversation } from '../support/hub';

describe("the hub's runtime", () => {
  let hub: TestHub;
  let builds: string;
  const windows: TestWindow[] = [];
  beforeEach(() => {
    hub = TestHub.create();
    builds = mkdtempSync(join(tmpdir(), 'hearth-builds-'));
  });
  afterEach(async () => {
    for (const { session } of windows.splice(0)) session.dispose();
    await hub.dispose();
    rmSync(builds, { recursive: true, force: true });
  });
  function window(hubFile: string, version: string): TestWindow {
    const opened = new TestWindow(hub.home, hubFile, version);
    windows.push(opened);
    return opened;
  }
  const runtimes = () => readdirSync(join(hub.home, 'runtime'));

  it('outlives the folder that VS Code deletes: a killed worker is started again', async () => {
    const hubFile = await makeBuild(join(builds, 'one'), '0.1.0');
    const { session } = window(hubFile, '0.1.0');
    session.start();
    await session.request(LoadModel, {});
    assert.ok(session.state.kind === 'connected');
    const { client } = session.state;
    const [model] = (await client.request(SubscribeState, null)).state.models;
    assert.ok(model?.path.startsWith(join(hub.home, 'runtime')), 'the bundled model is the copy');
    rmSync(join(builds, 'one'), { recursive: true });
    const [worker] = (await hub.record()).workers;
    kill(worker!);
    // The process is gone a moment before the hub knows; a message in between would be told that it crashed.
    await until(async () => (await hub.record()).workers.length === 0, 5_000, 'the hub knows');
    const chat = await WatchedConversation.create(client);
    const answerId = await chat.send('Are you there?');
    const { event } = await chat.next(
      ({ event }) =>
        (event.type === 'delta' && event.messageId === answerId) ||
        // A model of random weights may end its answer with the first token.
        (event.type === 'finished' && event.message.id === answerId),
    );
    assert.ok(event.type === 'delta' || (event.type === 'finished' && event.message.error === undefined));
    assert.equal((await hub.record()).workers.length, 1);
  });

  it('is made once, however many windows start at the same instant, and nothing else stays', async () => {
    const hubFile = await makeBuild(join(builds, 'one'), '0.1.0');
    const opened = Array.from({ length: 8 }, () => window(hubFile, '0.1.0'));
    await Promise.all(
      opened.map(({ session }) => {
        session.start();
        return session.request(ListConversations, null);
      }),
    );
    const { runtime } = await hub.record();
    assert.deepEqual(runtimes(), [runtime]);
    const linked = join(hub.home, 'runtime', runtime!, 'node_modules', 'node-llama-cpp', 'package.json');
    assert.ok(statSync(linked).nlink > 1, 'packages take no space of their own');
  });

  it('is made anew by a build with other files; old ones are deleted, and not the newest', async () => {
    const first = window(await makeBuild(join(builds, 'one'), '0.1.0'), '0.1.0');
    first.session.start();
    await first.session.request(ListConversations, null);
    const [old] = runtimes();
    const { pid } = await hub.record();
    first.session.dispose();
    kill(pid);
    await until(() => !isAlive(pid), 2_000, 'the hub is gone');
    mkdirSync(join(hub.home, 'runtime', '.0.0.9-left.tmp.old'));
    const next = window(await makeBuild(join(builds, 'two'), '0.2.0'), '0.2.0');
    next.session.start();
    await next.session.request(ListConversations, null);
    const { runtime } = await hub.record();
    assert.notEqual(runtime, old);
    await until(() => runtimes().join() === runtime, 5_000, 'the old runtime is deleted');
  });

  it('keeps meaning the bundled model that was chosen in an earlier version', async () => {
    const { session } = window(await makeBuild(join(builds, 'one'), '0.1.0'), '0.1.0');
    session.start();
    const [bundled] = await session.request(ListModels, null);
    const earlier = join(hub.home, 'runtime', '0.0.1-gone', 'models', basename(bundled!.path));
    const settings = await session.request(UpdateSettings, { activeModel: earlier });
    assert.equal(settings.activeModel, bundled?.path);
    const gone = join(hub.home, 'runtime', '0.0.1-gone', 'models', 'not-any-more.gguf');
    assert.equal((await session.request(UpdateSettings, { activeModel: gone })).activeModel, '');
  });
});

describe('uninstalling', () => {
  it('ends the hub and deletes its runtime; the user’s things stay', async () => {
    const hub = TestHub.create();
    const folder = mkdtempSync(join(tmpdir(), 'hearth-builds-'));
    const opened = new TestWindow(hub.home, join(folder, 'dist', 'hub.js'), '0.1.0');
    try {
      // The extension as VS Code leaves it until the script has run.
      mkdirSync(join(folder, 'dist'));
      for (const name of ['hub.js', 'worker.mjs', 'uninstall.js']) {
        symlinkSync(join(DIST, name), join(folder, 'dist', name));
      }
      for (const name of ['node_modules', 'models']) symlinkSync(join(ROOT, name), join(folder, name));
      await opened.open();
      await opened.session.request(CreateConversation, {});
      await opened.session.request(LoadModel, {});
      const { pid, workers } = await hub.record();
      assert.ok(existsSync(join(hub.home, 'runtime')));
      const script = join(folder, 'dist', 'uninstall.js');
      const run = () =>
        spawnSync(process.execPath, [script], {
          env: { ...process.env, HEARTH_HOME: hub.home },
          encoding: 'utf8',
        });
      // This test stands still meanwhile, like a window that is busy, and must hear the hub's last words all the same.
      const failure = opened.failure();
      const first = run();
      assert.deepEqual([first.status, first.stderr], [0, '']);
      assert.ok(![pid, ...workers].some(isAlive));
      assert.ok(!existsSync(join(hub.home, 'runtime')));
      assert.equal(readdirSync(join(hub.home, 'conversations')).length, 1);
      assert.ok(existsSync(join(hub.home, 'settings.json')) && existsSync(join(hub.home, 'models')));
      assert.match((await failure).message, /was stopped/, 'no window starts it again by itself');
      assert.equal(run().status, 0, 'without a hub there is nothing to do');
    } finally {
      opened.session.dispose();
      await hub.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
