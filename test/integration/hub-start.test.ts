/** Finding the hub or starting one: together with others, and over what one before has left behind. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectToRunningHub } from '../../src/client/start-hub';
import { homeHash, runtimeFolder } from '../../src/hub/lifetime/hub-lock';
import { ListConversations } from '../../src/shared/protocol/conversations';
import { LoadModel } from '../../src/shared/protocol/models';
import { processesOf } from '../chaos/chaos-home';
import { frame } from '../support/frame';
import { isAlive, kill, TestHub, until } from '../support/hub';
import { requiring, setEnvironment } from '../support/preload';

describe('the start of a hub', () => {
  let hub: TestHub;
  beforeEach(() => {
    hub = TestHub.create();
  });
  afterEach(() => hub.dispose());

  it('is one hub and one model, however many start at once', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => hub.connect()));
    assert.equal(new Set(clients.map(({ info }) => info.pid)).size, 1);
    await Promise.all(clients.map((client) => client.request(LoadModel, {})));
    assert.equal((await hub.record()).workers.length, 1);
  });

  it('is one hub, also where the lock is a file that outlives its hub', async () => {
    const preload = join(hub.home, 'no-linux.cjs');
    writeFileSync(preload, "Object.defineProperty(process, 'platform', { value: 'freebsd' });");
    const restore = setEnvironment({ NODE_OPTIONS: requiring(preload) });
    try {
      const { pid } = (await hub.connect(null)).info;
      kill(pid);
      await until(() => !isAlive(pid), 2_000, 'the hub is gone');
      const lock = join(runtimeFolder(), `${homeHash(hub.home)}.lock`);
      assert.ok(existsSync(lock));
      const clients = await Promise.all(Array.from({ length: 8 }, () => hub.connect(null)));
      const [next, ...others] = new Set(clients.map(({ info }) => info.pid));
      assert.deepEqual(others, []);
      assert.notEqual(next, pid);
      await until(() => processesOf(hub.home).length === 1, 10_000, 'those who were too late are gone');
      rmSync(lock);
    } finally {
      restore();
    }
  });

  it('starts over a stale record and a stale socket', async () => {
    const client = await hub.connect();
    const { pid } = client.info;
    const record = readFileSync(join(hub.home, 'hub.json'), 'utf8');
    kill(pid);
    await until(() => !isAlive(pid), 2_000, 'the hub is gone');
    assert.equal(await connectToRunningHub(hub.home, { kind: 'test', version: 'test' }), undefined);
    assert.equal(readFileSync(join(hub.home, 'hub.json'), 'utf8'), record);
    assert.notEqual((await hub.connect()).info.pid, pid);
  });

  it('starts over a record that is garbage, and one whose pids are somebody else’s', async () => {
    writeFileSync(join(hub.home, 'hub.json'), '{"pid": 1, "tok');
    const first = await hub.connect();
    const record = await hub.record();
    kill(first.info.pid);
    await until(() => !isAlive(first.info.pid), 2_000, 'the hub is gone');
    // This test's own process stands in for a pid that was reused.
    writeFileSync(
      join(hub.home, 'hub.json'),
      JSON.stringify({ ...record, pid: process.pid, workers: [process.pid] }),
    );
    await hub.connect();
    assert.ok(isAlive(process.pid));
  });

  it('serves a home with a very long path', async () => {
    const top = mkdtempSync(join(tmpdir(), 'hearth-long-'));
    const deep = join(top, ...Array.from({ length: 12 }, () => 'd'.repeat(40)));
    mkdirSync(deep, { recursive: true });
    const long = TestHub.create(deep);
    try {
      const client = await long.connect();
      assert.ok(Buffer.byteLength((await long.record()).socket) <= 100);
      assert.deepEqual(await client.request(ListConversations, null), []);
    } finally {
      await long.dispose();
      rmSync(top, { recursive: true });
    }
  });

  it('takes the newer record when another hub is there already', async () => {
    await hub.connect();
    const record = await hub.record();
    const file = join(hub.home, 'hub.json');
    // Stands in the old hub's place, and has the new hub's record written when the old token comes.
    const path = join(hub.home, 'between.sock');
    const between = createServer((peer) => {
      peer.on('error', () => undefined);
      peer.once('data', () => {
        writeFileSync(file, JSON.stringify(record));
        const data = {
          code: 'not-authorized',
          message: 'The token is not the one of this hub.',
          advice: '-',
        };
        peer.end(frame({ jsonrpc: '2.0', id: 0, error: { code: 1, message: data.message, data } }));
      });
    });
    await new Promise<void>((resolve) => between.listen(path, resolve));
    try {
      writeFileSync(file, JSON.stringify({ ...record, socket: path, token: 'of the crashed hub' }));
      const client = await connectToRunningHub(hub.home, { kind: 'test', version: 'test' });
      assert.equal(client?.info.pid, record.pid);
      client.dispose();
    } finally {
      between.close();
    }
  });
});
