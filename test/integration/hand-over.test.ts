import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { stopHub } from '../../src/client/stop-hub';
import { CreateConversation, ListConversations, StopAnswer } from '../../src/shared/protocol/conversations';
import { isErrorInfo } from '../../src/shared/protocol/errors';
import type { HubRecord } from '../../src/shared/protocol/hub-record';
import { LoadModel } from '../../src/shared/protocol/models';
import { Info, PROTOCOL_VERSION, SubscribeState } from '../../src/shared/protocol/system';
import { makeBuild, startHubProcess, TestWindow } from '../support/builds';
import { ENDLESS, isAlive, kill, TestHub, TINY_GPT_OSS, until, WatchedConversation } from '../support/hub';

describe('a newer version takes over', () => {
  let hub: TestHub;
  let folder: string;
  let older: string;
  let newer: string;
  const windows: TestWindow[] = [];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hearth-builds-'));
    older = await makeBuild(join(folder, 'older'), '1.0.0');
    newer = await makeBuild(join(folder, 'newer'), '1.1.0');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => {
    hub = TestHub.create();
  });
  afterEach(async () => {
    for (const { session } of windows.splice(0)) session.dispose();
    await hub.dispose();
  });
  function window(hubFile: string, version: string): TestWindow {
    const opened = new TestWindow(hub.home, hubFile, version);
    windows.push(opened);
    return opened;
  }
  const isNewer = (version: string) => version === '1.1.0';
  const failures = (opened: TestWindow) => opened.states.filter(({ kind }) => kind === 'failed');

  it('when nothing runs, with the models that were in memory, and no window notices but by its version', async () => {
    const old = window(older, '1.0.0');
    await old.open();
    await old.session.request(LoadModel, {});
    const before = await hub.record();
    // Whatever an older window wants meanwhile is done, once, by one hub or the other.
    let made = 0;
    const over = new AbortController();
    const busy = (async () => {
      for (; !over.signal.aborted; made += 1) await old.session.request(CreateConversation, {});
    })();
    const next = window(newer, '1.1.0');
    await next.open();
    await Promise.all([old.hub(isNewer), next.hub(isNewer)]);
    over.abort();
    await busy;
    assert.equal((await next.session.request(ListConversations, null)).length, made);
    const after = await hub.record();
    assert.equal(after.version, '1.1.0');
    assert.ok(![before.pid, ...before.workers].some(isAlive));
    await until(
      async () => {
        const [model] = (await old.session.request(SubscribeState, null)).state.models;
        return model?.path === TINY_GPT_OSS && model.status.kind === 'ready';
      },
      15_000,
      'the model is loaded again',
    );
    assert.deepEqual([failures(old), failures(next), next.troubles], [[], [], []]);
  });

  it('never in the middle of an answer, nor of a load', async () => {
    const old = window(older, '1.0.0');
    await old.open();
    assert.ok(old.session.state.kind === 'connected');
    const { client } = old.session.state;
    const { id } = await client.request(CreateConversation, { settings: ENDLESS });
    const { watched: chat } = await WatchedConversation.open(client, id);
    // Sending begins the load that the answer waits for.
    const answerId = await chat.send('go on');
    const next = window(newer, '1.1.0');
    await next.open();
    await until(() => hub.log().includes('asks to take over'), 5_000, 'the newer window has asked');
    await chat.delta(answerId);
    const seen = chat.events.length;
    await chat.next((event) => event.event.type === 'delta' && chat.events.indexOf(event) > seen);
    assert.equal((await hub.record()).version, '1.0.0');
    await client.request(StopAnswer, { conversationId: id, answerId });
    assert.equal((await chat.finished(answerId)).stopReason, 'cancelled');
    await Promise.all([old.hub(isNewer), next.hub(isNewer)]);
    assert.deepEqual([failures(old), failures(next)], [[], []]);
  });

  it('for good: an older window that finds no hub starts the newest one', async () => {
    const next = window(newer, '1.1.0');
    await next.open();
    next.session.dispose();
    const old = window(older, '1.0.0');
    await old.open();
    const { pid } = await hub.record();
    const back = old.reconnected();
    kill(pid);
    await back;
    const after = await hub.record();
    assert.notEqual(after.pid, pid);
    assert.equal(after.version, '1.1.0');
  });

  it('unless it was removed: then going back to the older one takes effect', async () => {
    const removed = await makeBuild(join(folder, 'removed'), '2.0.0');
    const next = window(removed, '2.0.0');
    await next.open();
    const { pid } = await hub.record();
    next.session.dispose();
    rmSync(join(folder, 'removed'), { recursive: true });
    kill(pid);
    await until(() => !isAlive(pid), 2_000, 'the hub is gone');
    await window(older, '1.0.0').open();
    assert.equal((await hub.record()).version, '1.0.0');
  });

  describe('with another protocol', () => {
    let ancient: string;
    let future: string;
    before(async () => {
      ancient = await makeBuild(join(folder, 'ancient'), '0.9.0', PROTOCOL_VERSION - 1);
      future = await makeBuild(join(folder, 'future'), '2.0.0', PROTOCOL_VERSION + 1);
    });

    it('ends an older hub that has nothing to do', async () => {
      const pid = await startHubProcess(ancient, hub.home);
      const next = window(newer, '1.1.0');
      await next.open();
      assert.equal((await hub.record()).version, '1.1.0');
      assert.ok(!isAlive(pid));
      assert.deepEqual(failures(next), []);
    });

    it('waits for an older hub that is at work, says so, and connects by itself afterwards', async () => {
      const pid = await startHubProcess(ancient, hub.home);
      // A command that is being answered, as that version would say hello.
      const command = await rawConnection(await hub.record(), PROTOCOL_VERSION - 1);
      const next = window(newer, '1.1.0');
      next.session.start();
      const error = await next.failure();
      assert.equal(error.code, 'protocol-mismatch');
      assert.match(error.message, /older Hearth \(0\.9\.0\) is still at work.*Hearth 1\.1\.0 takes over/);
      assert.ok(isAlive(pid));
      command.close();
      await next.hub(isNewer);
      assert.ok(!isAlive(pid));
    });

    it('leaves a newer hub alone and says what to do, whoever says it', async () => {
      const pid = await startHubProcess(future, hub.home);
      const old = window(older, '1.0.0');
      old.session.start();
      const error = await old.failure();
      assert.equal(error.code, 'protocol-mismatch');
      assert.match(error.message, /runs Hearth 1\.0\.0, but a newer one \(2\.0\.0\) has taken over/);
      assert.match(error.advice, /^Reload the window to use the newer Hearth/);
      const refused = await rawConnection(await hub.record(), 0).catch((refusal: unknown) => refusal);
      assert.ok(refused instanceof ResponseError && isErrorInfo(refused.data));
      assert.match(refused.data.advice, /^Reload the window/);
      assert.ok(isAlive(pid));
      assert.equal(
        await stopHub(hub.home, { kind: 'cli', version: '1.0.0' }),
        true,
        'but the user may stop it',
      );
      assert.ok(!isAlive(pid));
    });
  });
});

/** Says hello as a command of any version does. @throws ResponseError the hub's refusal */
async function rawConnection(record: HubRecord, protocol: number): Promise<{ close: () => void }> {
  const socket = connect(record.socket);
  const connection = createMessageConnection(
    new StreamMessageReader(socket),
    new StreamMessageWriter(socket),
  );
  connection.listen();
  await connection.sendRequest(Info, { token: record.token, protocol, version: '0.0.1', kind: 'cli' });
  return { close: () => socket.destroy() };
}
