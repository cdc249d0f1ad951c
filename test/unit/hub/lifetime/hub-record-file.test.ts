import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mock } from 'node:test';
import { endOrphans, HubRecordFile } from '../../../../src/hub/lifetime/hub-record-file';
import { parseHubRecord } from '../../../../src/shared/protocol/hub-record';
import { useTempFolder } from '../../../support/temp-folder';

describe('HubRecordFile', () => {
  const at = useTempFolder();
  const create = () => new HubRecordFile(at('hub.json'), '/run/x.sock', '1.2.3', ['/before']);
  const read = () => parseHubRecord(readFileSync(at('hub.json'), 'utf8'));

  it('says how to find the hub, for its user only', async () => {
    const record = create();
    await record.write();
    const { pid, socket, version, token, workers, models } = read()!;
    assert.deepEqual(
      [pid, socket, version, token, workers, models],
      [process.pid, '/run/x.sock', '1.2.3', record.token, [], ['/before']],
    );
    assert.match(token, /^[0-9a-f]{64}$/);
    assert.notEqual(token, create().token);
    if (process.platform !== 'win32') assert.equal(statSync(at('hub.json')).mode & 0o777, 0o600);
  });

  it('ends with the latest of several writes at once', async () => {
    const record = create();
    const writes = [1, 2, 3].map((pid) => record.setWorkers([pid], [`/m${pid}`]));
    await Promise.all(writes);
    assert.deepEqual([read()?.workers, read()?.models], [[3], ['/m3']]);
  });

  it('is not brought back by a write that comes with the end', async () => {
    const record = create();
    await record.write();
    const late = record.setWorkers([], []);
    await record.remove();
    await late;
    await record.setWorkers([], []);
    assert.equal(existsSync(at('hub.json')), false);
  });

  it('does not take another hub’s record away', async () => {
    const [mine, other] = [create(), create()];
    await mine.write();
    await other.write();
    await mine.remove();
    assert.equal(read()?.token, other.token);
    await other.remove();
    await other.remove();
  });

  it('tells when it is lost', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      const record = create();
      await record.write();
      const lost = new Promise<void>((resolve) => record.watch(resolve));
      await create().write();
      mock.timers.tick(1_000);
      await lost;
    } finally {
      mock.timers.reset();
    }
  });
});

describe('endOrphans', () => {
  const at = useTempFolder();

  it('leaves alone what is no worker, and names the models of a crashed hub', async () => {
    assert.deepEqual(await endOrphans(at('missing')), []);
    const record = new HubRecordFile(at('hub.json'), 's', 'v', []);
    // This process, and one that does not exist.
    await record.setWorkers([process.pid, 2 ** 22 + 1], ['/m', '/n']);
    assert.deepEqual(await endOrphans(at('hub.json')), ['/m', '/n']);
  });

  it('trusts nothing of another boot', async () => {
    const record = new HubRecordFile(at('hub.json'), 's', 'v', []);
    await record.setWorkers([process.pid], ['/m']);
    const text = readFileSync(at('hub.json'), 'utf8');
    writeFileSync(at('hub.json'), text.replace(/"bootId": "[^"]*"/, '"bootId": "other"'));
    assert.deepEqual(await endOrphans(at('hub.json')), []);
    writeFileSync(at('hub.json'), '{"pid');
    assert.deepEqual(await endOrphans(at('hub.json')), []);
  });
});
