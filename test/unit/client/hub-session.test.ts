import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mock } from 'node:test';
import { HubSession, type SessionState } from '../../../src/client/hub-session';
import { readHubRecord } from '../../../src/client/read-hub-record';
import { connectToHub, connectToRunningHub, hubLogFile } from '../../../src/client/start-hub';
import { errorInfo } from '../../../src/shared/protocol/errors';
import { ListModels } from '../../../src/shared/protocol/models';
import { useTempFolder } from '../../support/temp-folder';

const identity = { kind: 'test', version: 'test' } as const;

/** The part of a hub that speaks to whoever started it. */
const hubThat = (says: string) => `process.send(${says}, () => process.exit(0));`;

describe('starting a hub', () => {
  const at = useTempFolder();
  function location(script: string) {
    writeFileSync(at('hub.js'), script);
    return { home: at('home'), hubFile: at('hub.js'), nodeExecutable: process.execPath, inPlace: true };
  }
  const unreachable = (message: RegExp) => (error: unknown) => {
    const info = errorInfo(error);
    assert.equal(info.code, 'hub-unreachable');
    assert.match(info.message, message);
    return true;
  };

  it('passes on why it could not start', async () => {
    const failed = hubThat(`{ type: 'failed', message: 'No room.', advice: 'Make some.' }`);
    await assert.rejects(connectToHub(location(failed), identity), unreachable(/^No room\.$/));
    await assert.rejects(
      connectToHub(location('console.error("last words"); process.exit(3)'), identity),
      unreachable(/it ended at once \(exit code 3\)/),
    );
    assert.match(readFileSync(hubLogFile(at('home')), 'utf8'), /last words/);
    await assert.rejects(
      connectToHub({ ...location(''), nodeExecutable: at('no-node') }, identity),
      unreachable(/ENOENT/),
    );
  });

  it('is tried with the own version when a newer one does not start here', async () => {
    const build = (folder: string, version: string, says: string) => {
      for (const part of ['dist', 'node_modules/node-llama-cpp'])
        mkdirSync(at(folder, part), { recursive: true });
      writeFileSync(at(folder, 'dist/hub.js'), says);
      writeFileSync(at(folder, 'dist/worker.mjs'), '');
      writeFileSync(at(folder, 'node_modules/node-llama-cpp/package.json'), '{}');
      const hubFile = at(folder, 'dist/hub.js');
      return connectToHub(
        { home: at('home'), hubFile, nodeExecutable: process.execPath },
        { kind: 'test', version },
      );
    };
    const newer = `require('node:fs').appendFileSync(${JSON.stringify(at('tried'))}, 'newer'); process.exit(1)`;
    await assert.rejects(build('newer', '2.0.0', newer), unreachable(/ended at once/));
    const own = hubThat(`{ type: 'failed', message: 'The own one.', advice: '' }`);
    await assert.rejects(build('own', '1.0.0', own), unreachable(/^The own one\.$/));
    assert.equal(readFileSync(at('tried'), 'utf8'), 'newernewer');
    rmSync(at('home/runtime'), { recursive: true });
    rmSync(at('own'), { recursive: true });
    const gone = { home: at('home'), hubFile: at('own/dist/hub.js'), nodeExecutable: process.execPath };
    await assert.rejects(connectToHub(gone, { kind: 'test', version: '1.0.0' }), unreachable(/are gone/));
  });

  it('runs in its home, not in the folder of the window that started it', async () => {
    const script = `require('node:fs').writeFileSync(${JSON.stringify(at('cwd'))}, process.cwd()); process.exit(1)`;
    await assert.rejects(connectToHub(location(script), identity));
    assert.equal(readFileSync(at('cwd'), 'utf8'), at('home'));
  });

  it('says when the home cannot be written', async () => {
    writeFileSync(at('file'), '');
    await assert.rejects(
      connectToHub({ ...location(''), home: at('file/x') }, identity),
      (error) => errorInfo(error).code === 'storage-failed',
    );
  });

  it('starts nothing when it only looks', async () => {
    assert.equal(await connectToRunningHub(at('home'), identity), undefined);
    assert.equal(existsSync(at('home')), false);
    mkdirSync(at('home'));
    writeFileSync(at('home', 'hub.json'), '{"pid": 1');
    assert.equal(await readHubRecord(at('home')), undefined);
    chmodSync(at('home', 'hub.json'), 0);
    assert.equal(await connectToRunningHub(at('home'), identity), undefined);
  });
});

describe('HubSession', () => {
  const at = useTempFolder();
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
  afterEach(() => mock.timers.reset());

  /** A session that cannot get anywhere: its home is a file. */
  function session(): HubSession {
    writeFileSync(at('home'), '');
    const location = {
      home: at('home'),
      hubFile: at('hub.js'),
      nodeExecutable: process.execPath,
      inPlace: true,
    };
    return new HubSession(location, identity);
  }
  function failed(subject: HubSession): Promise<SessionState> {
    return new Promise((resolve) => {
      subject.onDidChange((state) => {
        if (state.kind === 'failed') resolve(state);
        else mock.timers.tick(5_000);
      });
      subject.start();
      mock.timers.tick(5_000);
    });
  }

  it('gives up after a few attempts with the reason, and tries again when asked', async () => {
    const subject = session();
    const states: string[] = [];
    subject.onDidChange(({ kind }) => {
      states.push(kind);
      // The next attempt's timer is set after this.
      setImmediate(() => mock.timers.tick(5_000));
    });
    const failing = failed(subject);
    const waiting = assert.rejects(
      subject.request(ListModels, null),
      (error) => errorInfo(error).code === 'storage-failed',
    );
    const state = await failing;
    assert.ok(state.kind === 'failed' && state.error.code === 'storage-failed');
    await waiting;
    assert.deepEqual(states, [...Array<string>(5).fill('connecting'), 'failed']);
    await assert.rejects(subject.request(ListModels, null), /cannot write/);
    subject.retry();
    assert.equal(subject.state.kind, 'connecting');
    subject.retry();
    subject.dispose();
  });

  it('lets nobody wait for a connection that will not come', async () => {
    const subject = session();
    const waiting = assert.rejects(subject.request(ListModels, null), /was lost/);
    subject.dispose();
    await waiting;
    await assert.rejects(subject.request(ListModels, null), /was lost/);
  });

  it('stops trying when it is disposed', () => {
    let looked = 0;
    const location = {
      home: at('home'),
      hubFile: at('hub.js'),
      nodeExecutable: process.execPath,
      inPlace: true,
    };
    const subject = new HubSession(
      Object.defineProperty(location, 'home', { get: () => at(`home${(looked += 1)}`) }),
      identity,
    );
    subject.start();
    subject.dispose();
    mock.timers.tick(60_000);
    assert.equal(looked, 0);
  });
});
