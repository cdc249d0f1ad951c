import assert from 'node:assert/strict';
import { reportText, withoutSecrets, type ReportFacts } from '../../../../src/extension/logs/report-text';

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
