import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { HubClient } from '../../src/client/hub-client';
import { HubSession, type SessionState } from '../../src/client/hub-session';
import { readHubRecord } from '../../src/client/read-hub-record';
import {
  ContinueAnswer,
  CreateConversation,
  ListConversations,
  OpenConversation,
  SendMessage,
  StopAnswer,
} from '../../src/shared/protocol/conversations';
import { errorInfo } from '../../src/shared/protocol/errors';
import { KeepModel, LoadModel } from '../../src/shared/protocol/models';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { StopHub, SubscribeState } from '../../src/shared/protocol/system';
import { frame } from '../support/frame';
import {
  ENDLESS,
  HUB_LOCATION,
  isAlive,
  kill,
  TestHub,
  TINY_GPT_OSS,
  until,
  WatchedConversation,
} from '../support/hub';

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

  it('brings a killed model back by itself, says so, and goes on with the answer where it broke', async () => {
    const client = await hub.connect();
    const { id } = await client.request(CreateConversation, { settings: ENDLESS });
    const { watched: chat } = await WatchedConversation.open(client, id);
    const answerId = await chat.send('go on');
    await chat.delta(answerId);
    const [worker] = (await hub.record()).workers;
    kill(worker!);
    const broken = await chat.finished(answerId);
    const model = async () => (await client.request(SubscribeState, null)).state.models[0];
    await until(async () => (await model())?.status.kind === 'ready', 15_000, 'the model is back');
    assert.equal((await model())?.restart?.error.code, 'worker-ended');
    assert.notEqual((await hub.record()).workers[0], worker);

    const seen = chat.events.length;
    await client.request(ContinueAnswer, { conversationId: id, answerId });
    await chat.next((event) => event.event.type === 'delta' && chat.events.indexOf(event) > seen);
    await client.request(StopAnswer, { conversationId: id, answerId });
    const { conversation } = await client.request(OpenConversation, { id });
    const whole = conversation.messages[answerId];
    assert.ok(whole?.role === 'assistant' && whole.error === undefined);
    const said = ({ reasoning, text }: { reasoning: string; text: string }) => reasoning + text;
    assert.ok(said(whole).startsWith(said(broken)));
    assert.ok(said(whole).length > said(broken).length);
  });

  it('stops trying after five fast deaths, says so, and loads it again when the user asks', async () => {
    const client = await hub.connect();
    const status = async () => (await client.request(SubscribeState, null)).state.models[0]?.status;
    const killed = new Set<number>();
    for (let death = 1; death <= 5; death++) {
      const loading = client.request(LoadModel, {}).then(
        () => undefined,
        (error: unknown) => errorInfo(error).message,
      );
      await until(
        async () => {
          const [worker] = (await hub.record()).workers;
          if (worker === undefined || killed.has(worker)) return false;
          kill(worker);
          killed.add(worker);
          return true;
        },
        10_000,
        'a new worker',
      );
      const hasGivenUp = /5th time in a row.*not load it again by itself/.test((await loading) ?? '');
      assert.equal(hasGivenUp, death === 5);
      const failed = await status();
      assert.ok(failed?.kind === 'failed');
      assert.equal(failed.retryAt === undefined, death === 5);
    }
    const { status: again } = await client.request(LoadModel, {});
    assert.equal(again.kind, 'ready');
  });

  it('ends a worker that does not stop when it is asked to, says so, and brings the model back', async () => {
    const client = await hub.connect();
    const { id } = await client.request(CreateConversation, { settings: ENDLESS });
    const { watched: chat } = await WatchedConversation.open(client, id);
    const answerId = await chat.send('go on');
    await chat.delta(answerId);
    const [worker] = (await hub.record()).workers;
    process.kill(worker!, 'SIGSTOP');
    await client.request(StopAnswer, { conversationId: id, answerId });
    const answer = await chat.finished(answerId);
    assert.equal(answer.error?.code, 'worker-unresponsive');
    assert.match(answer.error.message, /did not stop within \d+ s/);
    assert.ok(answer.reasoning.length + answer.text.length > 0, 'what was said is kept');
    await until(() => !isAlive(worker!), 2_000, 'the process is gone');
    await until(
      async () => (await client.request(SubscribeState, null)).state.models[0]?.status.kind === 'ready',
      15_000,
      'the model is back',
    );
  });

  it('serves ten windows at once: each sees all of one answer', async () => {
    const first = await hub.connect();
    const { id } = await first.request(CreateConversation, {
      settings: { ...ENDLESS, maxTokens: 200 },
    });
    const windows = await Promise.all(Array.from({ length: 10 }, () => hub.connect(null)));
    const views = await Promise.all(windows.map((window) => WatchedConversation.open(window, id)));
    const answerId = await views[0]!.watched.send('go on');
    const answers = await Promise.all(views.map(({ watched }) => watched.finished(answerId)));
    for (const [index, answer] of answers.entries()) {
      assert.deepEqual(answer, answers[0]);
      const { reasoning, text } = answer;
      assert.deepEqual(views[index]!.watched.streamed(answerId), { reasoning, text });
    }
    assert.equal((await hub.record()).workers.length, 1);
  });

  it('unloads an idle model under an open window, and never a pinned one', async () => {
    const client = await hub.connect({ idleMinutes: 0.01 });
    await client.request(LoadModel, {});
    await until(
      async () => (await client.request(SubscribeState, null)).state.models.length === 0,
      10_000,
      'the idle model is gone',
    );
    await until(async () => (await hub.record()).workers.length === 0, 5_000, 'its process is gone');
    await client.request(KeepModel, { keep: 'pinned' });
    await client.request(UpdateSettings, { keepAliveMinutes: 0 });
    const { path } = await client.request(LoadModel, {});
    const { pid } = await hub.record();
    client.dispose();
    const other = await hub.connect(null, 'cli');
    assert.equal(other.info.pid, pid, 'A pinned model keeps the hub.');
    const { state } = await other.request(SubscribeState, null);
    assert.deepEqual(
      state.models.map((model) => [model.path, model.keep, model.unloadAt]),
      [[path, 'pinned', undefined]],
    );
    await other.request(KeepModel, { keep: null });
    other.dispose();
    await until(() => !isAlive(pid), 5_000, 'without the pin nobody needs the hub');
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

  it('reconnects a window by itself', async () => {
    const session = new HubSession({ ...HUB_LOCATION, home: hub.home }, { kind: 'window', version: 'test' });
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
    const session = new HubSession({ ...HUB_LOCATION, home: hub.home }, { kind: 'window', version: 'test' });
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

  it('is told as lost to a request that meets its end', async () => {
    const info = { jsonrpc: '2.0', id: 0, result: { protocol: 1, version: '0', pid: 1 } };
    const path = join(hub.home, 'dying.sock');
    const dying = createServer((peer) => {
      peer.on('error', () => undefined);
      peer.once('data', () => peer.write(frame(info)));
      dying.once('hang up', () => peer.end());
    });
    await new Promise<void>((resolve) => dying.listen(path, resolve));
    try {
      const client = await HubClient.connect(
        { ...(await hub.record()), socket: path },
        { kind: 'test', version: 'test' },
      );
      const { socket } = client as unknown as { socket: Socket };
      const failed = new Promise<unknown>((resolve) => {
        // The hub has hung up, and the client has not noticed more than that: the close comes a moment later.
        socket.once('end', () => void client.request(ListConversations, null).catch(resolve));
      });
      dying.emit('hang up');
      assert.equal(errorInfo(await failed).code, 'hub-lost');
    } finally {
      dying.close();
    }
  });

  it('answers nothing before hello, and cuts garbage off', async () => {
    const { socket } = await hub.record();
    const request = { jsonrpc: '2.0', id: 1, method: 'conversations/list', params: null };
    const answer = await new Promise<string>((resolve) => {
      const peer = connect(socket, () => peer.write(frame(request)));
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
