import assert from 'node:assert/strict';
import {
  hardwareRows,
  reportText,
  withoutSecrets,
  type ReportFacts,
} from '../../../../src/extension/logs/report-text';
import { DEFAULT_SETTINGS } from '../../../../src/hub/storage/settings-store';
import type { ResidentModel } from '../../../../src/shared/protocol/models';
import { READY_MODEL } from '../../../support/webview-samples';

const FOLDERS: [string, string][] = [
  ['/home/ada/.hearth', '(Hearth home)'],
  ['/home/ada', '~'],
];

describe('reportText', () => {
  const facts: ReportFacts = {
    versions: [['Hearth', '0.1.0']],
    hardware: [['RAM', '123 GiB']],
    hub: {
      kind: 'failed',
      error: { code: 'hub-lost', message: 'The hub is gone.', advice: '', details: 'at /home/ada/x.js' },
    },
    logs: [{ name: 'hub.log', text: 'serves /home/ada/.hearth\n```\nodd\n' }],
    folders: FOLDERS,
  };

  it('has versions, machine, state and logs, and no path of the user', () => {
    const text = reportText(facts);
    for (const part of [
      '- Hearth: 0.1.0',
      '- RAM: 123 GiB',
      'The hub is gone. [hub-lost]',
      'at ~/x.js',
      'serves (Hearth home)',
    ]) {
      assert.ok(text.includes(part), `${part} in\n${text}`);
    }
    assert.ok(!text.includes('/home/ada'));
  });

  it('names the GPUs, and the plan of a model', () => {
    const machine = {
      platform: 'linux',
      cpu: 'A CPU',
      cores: 8,
      ramBytes: 2 ** 36,
      diskFreeBytes: undefined,
    };
    const memory = { totalBytes: 96 * 2 ** 30, usedBytes: 64 * 2 ** 30, parts: [] };
    assert.deepEqual(
      hardwareRows(machine, { gpus: [{ name: 'Big GPU', memory, driver: '580.1' }], notes: ['Slow.'] }).slice(
        3,
      ),
      [
        ['GPU', 'Big GPU, 64.0 GiB of 96.0 GiB VRAM, driver 580.1'],
        ['Note', 'Slow.'],
      ],
    );
    assert.deepEqual(hardwareRows(machine, { unseen: 'unknown' }).at(-1), ['GPU', 'unknown']);
    const GIB = 2 ** 30;
    const weights = { vramBytes: 1.5 * GIB, ramBytes: 0.5 * GIB };
    const model: ResidentModel = {
      ...READY_MODEL,
      planned: {
        ...{ totalVramBytes: 2 * GIB, totalRamBytes: GIB, weights },
        ...{ kvBytes: 0.25 * GIB, computeBytes: 0.25 * GIB, basis: 'computed' },
        smallContext: { vramBytes: 0, ramBytes: 0 },
      },
      taken: { vramBytes: 2 * GIB, ramBytes: 0.6 * GIB },
    };
    const state = { models: [model], queue: [], settings: DEFAULT_SETTINGS };
    const text = reportText({ ...facts, hub: { kind: 'connected', state } });
    assert.match(text, /- Plan: 2\.0 GiB VRAM, 1\.0 GiB RAM \(computed\); planned 2\.5 GiB, took 2\.6 GiB/);
  });

  it('fences a log that has fences in it', () => {
    assert.match(reportText(facts), /````\nserves .*\n```\nodd\n````/);
  });

  it('takes out whatever opens something', () => {
    const token = 'a1'.repeat(32);
    const text = `{"token": "${token}"} Authorization: Bearer abc.def hf_ABCDEFGHIJK password=hunter2 id ${token}`;
    const cleaned = withoutSecrets(text, FOLDERS);
    for (const secret of [token, 'abc.def', 'hf_ABCDEFGHIJK', 'hunter2'])
      assert.ok(!cleaned.includes(secret), cleaned);
    assert.equal(withoutSecrets('commit 0a1b2c3 of gpt-oss', FOLDERS), 'commit 0a1b2c3 of gpt-oss');
  });
});
