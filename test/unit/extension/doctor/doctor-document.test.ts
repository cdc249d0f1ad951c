import assert from 'node:assert/strict';
import { doctorDocument } from '../../../../src/extension/doctor/doctor-document';
import type { Finding } from '../../../../src/shared/protocol/doctor';

const common = { meaning: 'It matters.', advice: '', severity: 'info' } as const;
const action = { title: 'Open the Setting', command: 'x.open', arguments: ['hearth.gpu'] };
const findings: Finding[] = [
  { ...common, id: 'a', title: 'A is off', status: 'refuted', evidence: ['A is on.'] },
  { ...common, id: 'b', title: 'B is slow', status: 'verified', severity: 'warning', evidence: ['B: 3 s.'], advice: 'Mend B.' },
  { ...common, id: 'c', title: 'C is gone', status: 'verified', severity: 'error', evidence: ['No C.'], advice: 'Find C.', action },
  { ...common, id: 'd', title: 'D is dark', status: 'unchecked', evidence: ['No lamp.'] },
  { ...common, id: 'e', title: 'E is small', status: 'verified', evidence: ['E: 1.', 'E: 2.'] },
]; // prettier-ignore

describe('doctorDocument', () => {
  const { text, buttons } = doctorDocument({
    format: 'hearth-doctor',
    version: 1,
    model: { name: 'm', path: '/models/m.gguf' },
    findings,
  });

  it('has problems first, the worst before the others, and what is fine in a line', () => {
    assert.equal(
      text,
      `# Doctor: m

/models/m.gguf

1 error, 1 warning, 1 note, 1 fine, 1 not looked at.

## Problems

### Error: C is gone

- No C.

It matters.

**To do:** Find C.

### Warning: B is slow

- B: 3 s.

It matters.

**To do:** Mend B.

## Worth knowing

### E is small

- E: 1.
- E: 2.

It matters.

## Looked at, and fine

- A is on.

## Not looked at

- D is dark? No lamp.
`,
    );
  });

  it('has its buttons above what they are for', () => {
    const lines = text.split('\n');
    assert.deepEqual(
      buttons.map(({ line, action: { title } }) => [lines[line], title]),
      [
        ['# Doctor: m', '$(refresh) Look Again'],
        ['### Error: C is gone', 'Open the Setting'],
      ],
    );
  });

  it('says so when nothing is wrong', () => {
    const { text: calm } = doctorDocument({
      format: 'hearth-doctor',
      version: 1,
      model: { name: 'm', path: '/m' },
      findings: findings.slice(0, 1),
    });
    assert.match(calm, /\nno problem, 1 fine\.\n/);
    assert.doesNotMatch(calm, /## Problems/);
  });
});
