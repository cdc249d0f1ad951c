/** What the machine and its other users may do to a hub: a full disk, a clock that jumps, a process that is held up. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubClient } from '../../src/client/hub-client';
import { readHubRecord } from '../../src/client/read-hub-record';
import { stopHub } from '../../src/client/stop-hub';
import { homeHash } from '../../src/hub/lifetime/hub-lock';
import {
  CreateConversation,
  ListConversations,
  OpenConversation,
  RenameConversation,
  SendMessage,
  StopAnswer,
  type AssistantMessage,
} from '../../src/shared/protocol/conversations';
import { errorInfo } from '../../src/shared/protocol/errors';
import type { ConversationSettings } from '../../src/shared/protocol/settings';
import { SubscribeState } from '../../src/shared/protocol/system';
import { CLOCK_FILE_VARIABLE } from '../chaos/preload-variables';
import { DIST, isAlive, kill, TestHub, until, WatchedConversation } from '../support/hub';
import { buildPreload, requiring, setEnvironment } from '../support/preload';

/** Greedy, the tiny model repeats itself for ever. */
const ENDLESS: Partial<ConversationSettings> = {
  system: 'x',
  sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
};
const NOBODY = 65_534;
const DAY_MS = 86_400_000;
const isRoot = process.getuid?.() === 0;

async function watch(client: HubClient, settings = ENDLESS): Promise<WatchedConversation> {
  const { id } = await client.request(CreateConversation, { settings });
  return (await WatchedConversation.open(client, id)).watched;
}

function refusal(code: string, words: RegExp) {
  return (error: unknown): boolean => {
    const info = errorInfo(error);
    assert.equal(info.code, code, info.message);
    assert.match(info.message, words);
    assert.ok(info.advice.length > 10);
    return true;
  };
}

describe('a full disk', () => {
  let disk: string;
  let hub: TestHub;
  let isMounted = false;

  before(function () {
    disk = mkdtempSync(join(tmpdir(), 'hearth-disk-'));
    const options = ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', disk];
    isMounted = process.platform === 'linux' && isRoot && spawnSync('mount', options).status === 0;
    if (isMounted) return;
    rmSync(disk, { recursive: true });
    console.log('      skipped: a small disk can only be mounted by root on Linux');
    this.skip();
  });

  beforeEach(() => {
    const home = join(disk, 'home');
    mkdirSync(home);
    hub = TestHub.create(home);
  });

  afterEach(() => hub.dispose());

  after(async () => {
    if (!isMounted) return;
    // The hub that has hung up may need a moment more to end, and works in its home until then.
    await until(() => spawnSync('umount', [disk]).status === 0, 10_000, 'the small disk is free');
    rmSync(disk, { recursive: true });
  });

  /** Writes until nothing more fits. */
  function fill(): void {
    const file = openSync(join(disk, 'filler'), 'a');
    try {
      for (const size of [65_536, 4_096]) {
        try {
          for (;;) writeSync(file, Buffer.alloc(size));
        } catch {
          // Full, for pieces of this size.
        }
      }
    } finally {
      closeSync(file);
    }
  }
  const free = () => rmSync(join(disk, 'filler'));

  it('refuses what it cannot keep, in words, and loses nothing of what it has', async () => {
    const client = await hub.connect();
    const chat = await watch(client, { ...ENDLESS, maxTokens: 10 });
    const answer = await chat.ask('before');
    await client.request(RenameConversation, { id: chat.id, title: 'Kept' });
    fill();
    const full = refusal('storage-full', /The disk is full/);
    await assert.rejects(client.request(CreateConversation, {}), full);
    await assert.rejects(chat.send('too much'), full);
    await assert.rejects(client.request(RenameConversation, { id: chat.id, title: 'Lost' }), full);
    const { conversation } = await client.request(OpenConversation, { id: chat.id });
    assert.equal(conversation.title, 'Kept');
    assert.equal(Object.keys(conversation.messages).length, 2);
    free();
    const later = await chat.ask('afterwards');
    kill(client.info.pid);
    await until(() => !isAlive(client.info.pid), 2_000, 'the hub is gone');
    const next = await hub.connect(null);
    const found = (await next.request(OpenConversation, { id: chat.id })).conversation;
    assert.deepEqual(found.messages[answer.id], answer);
    assert.deepEqual(found.messages[later.id], later);
    assert.equal(found.title, 'Kept');
  });

  it('that fills up in mid-answer lets the answer end, and keeps it once there is room', async () => {
    const client = await hub.connect();
    const chat = await watch(client);
    const answerId = await chat.send('go on');
    await chat.delta(answerId);
    fill();
    const seen = chat.events.length;
    await chat.next((event) => event.event.type === 'delta' && chat.events.indexOf(event) > seen);
    await client.request(StopAnswer, { conversationId: chat.id, answerId });
    const answer = await chat.finished(answerId);
    assert.equal(answer.stopReason, 'cancelled');
    assert.deepEqual(chat.streamed(answerId), { reasoning: answer.reasoning, text: answer.text });
    free();
    await client.request(RenameConversation, { id: chat.id, title: 'There is room again' });
    kill(client.info.pid);
    await until(() => !isAlive(client.info.pid), 2_000, 'the hub is gone');
    const next = await hub.connect(null);
    const { conversation } = await next.request(OpenConversation, { id: chat.id });
    assert.deepEqual(conversation.messages[answerId], answer);
  });
});

describe('a home that becomes unwritable', () => {
  it('is told in words, and nothing that was kept is lost', async function () {
    if (!isRoot) this.skip();
    const home = mkdtempSync(join(tmpdir(), 'hearth-nobody-'));
    chownSync(home, NOBODY, NOBODY);
    const hub = spawn(process.execPath, [join(DIST, 'hub.js')], {
      uid: NOBODY,
      gid: NOBODY,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, HEARTH_HOME: home, HOME: home, XDG_RUNTIME_DIR: join(home, 'run') },
    });
    const ended = new Promise((resolve) => hub.once('close', resolve));
    try {
      await new Promise((resolve) => hub.once('message', resolve));
      const record = await readHubRecord(home);
      assert.ok(record !== undefined);
      // The super user may open everybody's socket.
      const client = await HubClient.connect(record, { kind: 'test', version: 'test' });
      const { id } = await client.request(CreateConversation, {});
      chmodSync(join(home, 'conversations'), 0o500);
      const unwritable = refusal('storage-failed', /could not write/);
      await assert.rejects(client.request(CreateConversation, {}), unwritable);
      await assert.rejects(client.request(RenameConversation, { id, title: 'x' }), unwritable);
      chmodSync(join(home, 'conversations'), 0o700);
      await client.request(RenameConversation, { id, title: 'Again' });
      const listed = await client.request(ListConversations, null);
      assert.deepEqual(
        listed.map(({ title }) => title),
        ['Again'],
      );
      client.dispose();
    } finally {
      hub.kill();
      await ended;
      rmSync(home, { recursive: true });
    }
  });
});

describe('a clock that jumps', () => {
  let scratch: string;
  let restore: () => void;
  let hub: TestHub;
  const jump = (ms: number) => writeFileSync(join(scratch, 'clock'), String(ms));

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'hearth-clock-'));
    const preload = join(scratch, 'preload.cjs');
    buildPreload('chaos/clock-preload.ts', preload);
    restore = setEnvironment({
      NODE_OPTIONS: requiring(preload),
      [CLOCK_FILE_VARIABLE]: join(scratch, 'clock'),
    });
    hub = TestHub.create();
  });

  after(async () => {
    restore();
    await hub.dispose();
    rmSync(scratch, { recursive: true });
  });

  function checkFigures({ figures, stopReason }: AssistantMessage): void {
    assert.equal(stopReason, 'cancelled');
    assert.ok(figures !== undefined);
    const { ttftMs, prefillTokensPerSecond, decodeTokensPerSecond, reasoningMs } = figures;
    for (const ms of [ttftMs, reasoningMs]) assert.ok(ms >= 0 && ms < 60_000, String(ms));
    for (const speed of [prefillTokensPerSecond, decodeTokensPerSecond])
      assert.ok(speed > 0 && speed < 1_000_000, String(speed));
  }

  it('by a day in mid-answer, forwards or back, changes neither the answer nor its figures', async () => {
    const client = await hub.connect();
    for (const [name, ms] of [
      ['forwards', DAY_MS],
      ['back', -DAY_MS],
    ] as const) {
      jump(0);
      const chat = await watch(client);
      const answerId = await chat.send(name);
      await chat.delta(answerId);
      jump(ms);
      const seen = chat.events.length;
      await chat.next((event) => event.event.type === 'delta' && chat.events.indexOf(event) > seen);
      await client.request(StopAnswer, { conversationId: chat.id, answerId });
      checkFigures(await chat.finished(answerId));
      // What comes after it is the next message, whatever the clock says.
      const next = await chat.send('and then?');
      await chat.delta(next);
      await client.request(StopAnswer, { conversationId: chat.id, answerId: next });
      checkFigures(await chat.finished(next));
      const { conversation } = await client.request(OpenConversation, { id: chat.id });
      assert.equal(conversation.currentId, next);
      const { updatedAt } = conversation;
      assert.ok(Math.abs(updatedAt - Date.now() - ms) < 60_000, 'the hub’s clock has jumped');
    }
    client.dispose();
  });

  it('neither ends the hub early nor keeps it for ever', async () => {
    jump(0);
    const window = await hub.connect({ keepAliveMinutes: 0.02 });
    const { pid } = window.info;
    jump(DAY_MS);
    const other = await hub.connect(null, 'cli');
    await other.request(SubscribeState, null);
    assert.ok(isAlive(pid), 'a window is open');
    jump(-DAY_MS);
    window.dispose();
    other.dispose();
    await until(() => !isAlive(pid), 10_000, 'the hub has ended as if nothing had happened');
  });
});

describe('a hub that is held up', () => {
  it('is told to a new window in bounded time, and goes on where it was', async () => {
    const hub = TestHub.create();
    try {
      const client = await hub.connect();
      const chat = await watch(client, { ...ENDLESS, maxTokens: 2_000 });
      const answerId = await chat.send('go on');
      await chat.delta(answerId);
      const { pid } = client.info;
      process.kill(pid, 'SIGSTOP');
      let told: string | undefined;
      try {
        const listing = client.request(ListConversations, null);
        listing.then(
          () => (told = 'an answer'),
          (error: unknown) => (told = errorInfo(error).message),
        );
        const start = Date.now();
        await assert.rejects(hub.connect(null), refusal('hub-unreachable', /did not answer within \d+ s/));
        assert.ok(Date.now() - start < 40_000);
        assert.equal(told, undefined, 'whoever waits is told nothing that is not so');
        process.kill(pid, 'SIGCONT');
        assert.equal((await listing).length, 1);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      await client.request(StopAnswer, { conversationId: chat.id, answerId });
      const answer = await chat.finished(answerId);
      assert.ok(answer.error === undefined, answer.error?.message);
      assert.deepEqual(chat.streamed(answerId), { reasoning: answer.reasoning, text: answer.text });
      const sequences = chat.events.map(({ sequence }) => sequence);
      assert.deepEqual(
        sequences,
        sequences.map((_, index) => sequences[0]! + index),
      );
      assert.equal((await hub.connect(null)).info.pid, pid);
      const sent = await client.request(SendMessage, {
        conversationId: chat.id,
        content: { text: 'and now?', attachments: [] },
      });
      assert.ok(sent.kind === 'sent');
      await chat.delta(sent.answerId);
    } finally {
      await hub.dispose();
    }
  });
});

describe('a hub that hangs', () => {
  it('is ended all the same when it is to stop, with its workers, and nothing of it comes back', async () => {
    const hub = TestHub.create();
    try {
      const client = await hub.connect();
      const chat = await watch(client, { ...ENDLESS, maxTokens: 2_000 });
      await chat.delta(await chat.send('go on'));
      const { pid } = client.info;
      const { workers } = await hub.record();
      assert.equal(workers.length, 1);
      process.kill(pid, 'SIGSTOP');
      assert.equal(await stopHub(hub.home, { kind: 'cli', version: '1.0.0' }), true);
      assert.deepEqual([pid, ...workers].filter(isAlive), []);
      assert.equal(await stopHub(hub.home, { kind: 'cli', version: '1.0.0' }), false);
      const next = await hub.connect(null);
      assert.notEqual(next.info.pid, pid);
      assert.deepEqual((await hub.record()).models, []);
    } finally {
      await hub.dispose();
    }
  });
});

describe('another user of the machine', () => {
  /** Tries every way into a hub; prints what it got as JSON. */
  const INTRUDER = `
    const { readFileSync } = require('node:fs');
    const { connect } = require('node:net');
    const [home, socket, lock, hello] = process.argv.slice(1);
    const read = () => { try { return readFileSync(home + '/hub.json', 'utf8'); } catch (error) { return error.code; } };
    const talk = (path) => new Promise((resolve) => {
      let got = '';
      const peer = connect(path, () => peer.write(hello));
      peer.on('data', (data) => { got += data; if (got.includes('}')) peer.destroy(); });
      peer.on('error', (error) => resolve(error.code));
      peer.on('close', () => resolve(got));
      setTimeout(() => peer.destroy(), 5000).unref();
    });
    (async () => console.log(JSON.stringify({ record: read(), socket: await talk(socket), lock: await talk(lock) })))();
  `;

  it('gets neither the record nor the socket, even with the token, and nothing from the lock', async function () {
    if (!isRoot || process.platform !== 'linux') this.skip();
    const hub = TestHub.create();
    try {
      await hub.connect();
      const { socket, token } = await hub.record();
      const params = { token, protocol: 1, version: 'test', kind: 'test' };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'system/info', params });
      const hello = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
      const lock = `\\0hearth-lock-${homeHash(hub.home)}`;
      const run = (uid: number) => {
        // An argument cannot have a zero byte.
        const code = INTRUDER.replace('await talk(lock)', "await talk(lock.replace('\\\\0', '\\0'))");
        const { stdout, stderr } = spawnSync(process.execPath, ['-e', code, hub.home, socket, lock, hello], {
          uid,
          gid: uid,
          cwd: '/',
          encoding: 'utf8',
          timeout: 30_000,
        });
        assert.notEqual(stdout, '', stderr);
        return JSON.parse(stdout) as { record: string; socket: string; lock: string };
      };
      const { record, socket: answer, lock: nothing } = run(NOBODY);
      assert.equal(record, 'EACCES');
      assert.equal(answer, 'EACCES');
      assert.ok(['', 'ECONNRESET', 'EPIPE'].includes(nothing), nothing);
      // The same attempt of the user himself is answered: the test would notice if it were not tried at all.
      assert.match(run(0).socket, /"pid"/);
    } finally {
      await hub.dispose();
    }
  });
});
