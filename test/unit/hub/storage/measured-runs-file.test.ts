import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { MeasuredRun } from '../../../../src/hub/engines/measured-runs';
import { hearthPaths } from '../../../../src/hub/storage/hearth-paths';
import { MeasuredRunsFile } from '../../../../src/hub/storage/measured-runs-file';
import { useTempFolder } from '../../../support/temp-folder';

const run: MeasuredRun = {
  key: {
    file: '1:1',
    gpu: 'cpu',
    devices: [],
    gpuLayers: 0,
    context: 8_192,
    sequences: 1,
    batch: 512,
    kvType: 'f16',
    flashAttention: true,
    useMmap: true,
    loras: [],
  },
  at: 1,
  weights: { vramBytes: 0, ramBytes: 5 },
  context: { vramBytes: 0, ramBytes: 6 },
};

describe('MeasuredRunsFile', () => {
  const at = useTempFolder();
  let logged: string[] = [];
  const open = () => MeasuredRunsFile.open(hearthPaths(at()), (line) => logged.push(line));
  beforeEach(() => {
    logged = [];
  });

  it('keeps loads and speeds', async () => {
    const file = await open();
    assert.deepEqual(readdirSync(at()), []);
    file.add(run);
    file.addSpeed(run.key, 100);
    await file.flush();
    const again = await open();
    assert.deepEqual({ ...again.find(run.key), at: 0 }, { ...run, at: 0, tokensPerSecond: 100 });
    const text = readFileSync(at('measured.json'), 'utf8');
    again.addSpeed(run.key, 101);
    await again.flush();
    assert.equal(readFileSync(at('measured.json'), 'utf8'), text, 'small changes are not worth a write');
  });

  it('sets aside what is damaged, and leaves out single entries that are', async () => {
    for (const text of ['{"version":1,"ru', 'null', '{"version":1}', '{"version":2,"runs":[]}']) {
      writeFileSync(at('measured.json'), text);
      assert.equal((await open()).find(run.key), undefined);
      const [aside] = readdirSync(at('damaged'));
      assert.equal(readFileSync(at('damaged', aside!), 'utf8'), text);
      rmSync(at('damaged'), { recursive: true });
    }
    assert.equal(logged.length, 4);
    const runs = [null, { key: {} }, { ...run, weights: 5 }, { ...run, tokensPerSecond: 'fast' }, run];
    writeFileSync(at('measured.json'), JSON.stringify({ version: 1, runs }));
    assert.deepEqual((await open()).find(run.key), run);
  });

  it('goes on when it cannot be stored', async () => {
    const file = await open();
    mkdirSync(at('measured.json', 'in-the-way'), { recursive: true });
    file.add(run);
    await file.flush();
    assert.equal(logged.length, 1);
    assert.ok(file.find(run.key));
  });
});
