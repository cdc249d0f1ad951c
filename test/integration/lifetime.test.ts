import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubClient } from '../../src/client/hub-client';
import { HubSession, type SessionState } from '../../src/client/hub-session';
import { connectToRunningHub, readHubRecord } from '../../src/client/start-hub';
import {
  CreateConversation,
  ListConversations,
  OpenConversation,
  SendMessage,
  StopAnswer,
} from '../../src/shared/protocol/conversations';
import { LoadModel } from '../../src/shared/protocol/models';
import { UpdateSettings, type ConversationSettings } from '../../src/shared/protocol/settings';
import { StopHub, SubscribeState } from '../../src/shared/protocol/system';
import { DIST, isAlive, kill, TestHub, TINY_GPT_OSS, until, WatchedConversation } from '../support/hub';

/** Greedy, the tiny model repeats itself for ever. */
const ENDLESS: Partial<ConversationSettings> = {
  system: 'x',
  sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
};

describe('crashes and restarts', () => {
  let hub: TestHub;
  beforeEach(() => {
    hub = TestHub.create();
  });
  afterEach(() => hub.dispose());

  it('keeps the partial answer and says why when the worker is killed in mid-answer', async () => {
    const client = await hub.connect();
    const { id } = await client.request(CreateConversation, { settings: ENDLESS });
    const { watched: chat } = await WatchedConversation.open(client, id);
    const answerId = await chat.send('go on');
    await chat.delta(answerId);
    const [worker] = (await hub.record()).workers;
    kill(worker!);
    const answer = await chat.finished(answerId);
    assert.equal(answer.stopReason, 'failed');
    assert.equal(answer.error?.code, 'worker-ended');
    assert.match(answer.error.message, /SIGKILL/);
    assert.ok(answer.reasoning.length + answer.text.length > 0);
    assert.deepEqual(chat.streamed(answerId), { reasoning: answer.reasoning, text: answer.text });
    const { state } = await client.request(SubscribeState, null);
    assert.equal(state.models[0]?.status.kind, 'failed');
    const again = await client.request(SendMessage, {
      conversationId: id,
      content: { text: 'and now?', attachments: [] },
    });
    assert.ok(again.kind === 'sent');
    await chat.delta(again.answerId);
  });

  it('when the hub is killed in mid-answer: no worker remains, the next client finds the answer and the model', async () => {
    const client = await hub.connect();
    const { id } = await client.request(CreateConversation, { settings: ENDLESS });
    const { watched: chat } = await WatchedConversation.open(client, id);
    const answerId = await chat.send('go on');
    // The journal is written a few times a second; wait until it has something.
    const folder = join(hub.home, 'conversations');
    await until(() => readdirSync(folder).some((name) => name.endsWith('.journal')), 5_000, 'a journal');
    const before = await hub.record();
    kill(before.pid);
    await until(() => !before.workers.some(isAlive), 2_000, 'the worker is gone');
    const next = await hub.connect(null);
    assert.notEqual(next.info.pid, before.pid);
    const { conversation } = await next.request(OpenConversation, { id });
    const answer = conversation.messages[answerId];
    assert.ok(answer?.role === 'assistant' && answer.status === 'finished');
    assert.equal(answer.error?.code, 'hub-lost');
    assert.ok(answer.reasoning.length + answer.text.length > 0, 'what was said is kept');
    assert.ok(!readdirSync(folder).some((name) => name.endsWith('.journal')));
    await until(
      async () => (await next.request(SubscribeState, null)).state.models[0]?.status.kind === 'ready',
      15_000,
      'the model is loaded again',
    );
  });

  it('is one hub and one model, however many start at once', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => hub.connect()));
    assert.equal(new Set(clients.map(({ info }) => info.pid)).size, 1);
    await Promise.all(clients.map((client) => client.request(LoadModel, {})));
    assert.equal((await hub.record()).workers.length, 1);
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
    const deep = join(
      mkdtempSync(join(tmpdir(), 'hearth-long-')),
      ...Array.from({ length: 12 }, () => 'd'.repeat(40)),
    );
    mkdirSync(deep, { recursive: true });
    const long = TestHub.create(deep);
    try {
      const client = await long.connect();
      assert.ok(Buffer.byteLength((await long.record()).socket) <= 100);
      assert.deepEqual(await client.request(ListConversations, null), []);
    } finally {
      await long.dispose();
    }
  });

  it('reconnects a window by itself', async () => {
    const session = new HubSession(
      { home: hub.home, hubFile: join(DIST, 'hub.js'), nodeExecutable: process.execPath },
      { kind: 'window', version: 'test' },
    );
    try {
      session.start();
      await session.request(ListConversations, null);
      const { pid } = await hub.record();
      const back = new Promise<void>((resolve) => {
        session.onDidChange((state) => {
          if (state.kind === 'connected') resolve();
        });
      });
      kill(pid);
      await back;
      assert.deepEqual(await session.request(ListConversations, null), []);
      assert.notEqual((await hub.record()).pid, pid);
    } finally {
      session.dispose();
    }
  });

  it('stays ended when the user stops it, until a window needs it', async () => {
    const session = new HubSession(
      { home: hub.home, hubFile: join(DIST, 'hub.js'), nodeExecutable: process.execPath },
      { kind: 'window', version: 'test' },
    );
    try {
      session.start();
      await session.request(ListConversations, null);
      const stopped = new Promise<SessionState>((resolve) => {
        session.onDidChange((state) => {
          if (state.kind !== 'connected') resolve(state);
        });
      });
      const other = await hub.connect(null, 'cli');
      await other.request(StopHub, null);
      const state = await stopped;
      assert.ok(state.kind === 'failed');
      assert.match(state.error.message, /was stopped/);
      assert.equal(await readHubRecord(hub.home), undefined);
      assert.deepEqual(await session.request(ListConversations, null), []);
    } finally {
      session.dispose();
    }
  });

  it('ends when nobody needs it, and not while a window is open', async () => {
    const window = await hub.connect({ keepAliveMinutes: 0.005 });
    await window.request(LoadModel, {});
    const { pid, workers } = await hub.record();
    await window.request(ListConversations, null);
    assert.ok(isAlive(pid));
    window.dispose();
    await until(() => !isAlive(pid) && !workers.some(isAlive), 5_000, 'hub and worker are gone');
  });

  it('sets a damaged conversation aside and opens the rest', async () => {
    const client = await hub.connect();
    const good = await client.request(CreateConversation, {});
    const bad = await client.request(CreateConversation, {});
    kill(client.info.pid);
    await until(() => !isAlive(client.info.pid), 2_000, 'the hub is gone');
    writeFileSync(join(hub.home, 'conversations', `${bad.id}.json`), '{"format":"hearth-conv');
    const next = await hub.connect();
    const listed = await next.request(ListConversations, null);
    assert.deepEqual(
      listed.map(({ id }) => id),
      [good.id],
    );
    assert.equal(readdirSync(join(hub.home, 'damaged')).length, 1);
  });

  it('sets damaged settings aside', async () => {
    writeFileSync(join(hub.home, 'settings.json'), 'not json');
    await hub.connect();
    assert.equal(readdirSync(join(hub.home, 'damaged')).length, 1);
  });
});

describe('the socket', () => {
  let hub: TestHub;
  before(async () => {
    hub = TestHub.create();
    await hub.connect();
  });
  after(() => hub.dispose());

  it('gives nothing to a client without the token', async () => {
    const record = await hub.record();
    await assert.rejects(
      HubClient.connect({ ...record, token: 'x'.repeat(64) }, { kind: 'test', version: 'test' }),
      /token/,
    );
  });

  it('answers nothing before hello, and cuts garbage off', async () => {
    const { socket } = await hub.record();
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'conversations/list', params: null });
    const answer = await new Promise<string>((resolve) => {
      const peer = connect(socket, () => peer.write(`Content-Length: ${body.length}\r\n\r\n${body}`));
      let text = '';
      peer.on('data', (data) => {
        text += data.toString();
        if (!text.includes('}')) return;
        resolve(text);
        peer.destroy();
      });
    });
    assert.match(answer, /Unhandled method/);
    await new Promise<void>((resolve) => {
      const peer = connect(socket, () => peer.write('GET / HTTP/1.1\r\nContent-Length: nonsense\r\n\r\n'));
      peer.on('error', () => undefined);
      peer.once('close', () => resolve());
      peer.once('data', () => undefined);
      setTimeout(() => peer.destroy(), 2_000);
    });
    assert.ok(isAlive((await hub.record()).pid));
  });
});

describe('loading', () => {
  it('is cancelled on request, and nothing of it remains', async () => {
    const hub = TestHub.create();
    try {
      const client = await hub.connect({ activeModel: TINY_GPT_OSS });
      const abort = new AbortController();
      const loading = client.request(LoadModel, {}, abort.signal);
      await until(async () => (await hub.record()).workers.length === 1, 5_000, 'a worker');
      const [worker] = (await hub.record()).workers;
      abort.abort();
      await assert.rejects(loading, /cancelled/);
      await until(() => !isAlive(worker!), 2_000, 'the worker is gone');
      await client.request(LoadModel, {});
    } finally {
      await hub.dispose();
    }
  });

  it('goes on when the window that asked for it is closed or reloaded', async () => {
    const hub = TestHub.create();
    try {
      const other = await hub.connect();
      const window = await hub.connect(null);
      window.request(LoadModel, {}).catch(() => undefined); // It does not stay to hear.
      await until(async () => (await hub.record()).workers.length === 1, 5_000, 'a worker');
      const { workers } = await hub.record();
      window.dispose();
      await other.request(LoadModel, {});
      assert.deepEqual((await hub.record()).workers, workers);
    } finally {
      await hub.dispose();
    }
  });

  it('with other settings waits for the answer that runs', async () => {
    const hub = TestHub.create();
    try {
      const client = await hub.connect();
      const { id } = await client.request(CreateConversation, { settings: ENDLESS });
      const { watched: chat } = await WatchedConversation.open(client, id);
      const answerId = await chat.send('go on');
      await chat.delta(answerId);
      const { workers: before } = await hub.record();
      const { state } = await client.request(SubscribeState, null);
      await client.request(UpdateSettings, { load: { ...state.settings.load, batchSize: 256 } });
      const loading = client.request(LoadModel, {});
      const seen = chat.events.length;
      await chat.next((event) => event.event.type === 'delta' && chat.events.indexOf(event) > seen);
      await client.request(StopAnswer, { conversationId: id, answerId });
      const answer = await chat.finished(answerId);
      assert.equal(answer.stopReason, 'cancelled');
      await loading;
      assert.notDeepEqual((await hub.record()).workers, before);
    } finally {
      await hub.dispose();
    }
  });
});
