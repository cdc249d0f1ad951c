import assert from 'node:assert/strict';
import { compareReports, parseReport } from '../../../../src/planner/doctor/compare-reports';
import type { DoctorReport, Finding, FindingStatus, Severity } from '../../../../src/shared/protocol/doctor';
import { HearthError } from '../../../../src/shared/protocol/errors';

function finding(id: string, status: FindingStatus, severity: Severity = 'info'): Finding {
  return { id, title: id, meaning: '', evidence: [], status, severity, advice: '' };
}

function report(...findings: Finding[]): DoctorReport {
  return { format: 'hearth-doctor', version: 1, model: { name: 'm', path: '/m' }, findings };
}

describe('compareReports', () => {
  const check = (before: Finding, after: Finding, expected: 'worse' | 'better' | 'other' | 'same'): void => {
    const { worse, better, other } = compareReports(report(before), report(after));
    const found =
      worse.length > 0 ? 'worse' : better.length > 0 ? 'better' : other.length > 0 ? 'other' : 'same';
    assert.equal(found, expected, `${before.status} ${before.severity} → ${after.status} ${after.severity}`);
    assert.equal(worse.length + better.length + other.length, expected === 'same' ? 0 : 1);
  };
  const fine = finding('a', 'refuted');
  const dark = finding('a', 'unchecked');
  const note = finding('a', 'verified', 'info');
  const warning = finding('a', 'verified', 'warning');
  const error = finding('a', 'verified', 'error');

  it('tells worse from better, finding by finding', () => {
    for (const calm of [fine, dark, note]) {
      check(calm, warning, 'worse');
      check(calm, error, 'worse');
    }
    check(warning, error, 'worse');
    check(error, warning, 'better');
    check(warning, fine, 'better');
    check(error, note, 'better');
    for (const same of [fine, dark, note, warning, error]) check(same, same, 'same');
  });

  it('does not take for better what could not be looked at', () => {
    check(error, dark, 'other');
    check(fine, dark, 'other');
    check(dark, fine, 'other');
    check(fine, note, 'other');
  });

  it('names what is new, what is gone, and another model', () => {
    const other = { ...report(finding('b', 'verified', 'error')), model: { name: 'n', path: '/n' } };
    const { added, gone, worse, otherModel } = compareReports(report(fine), other);
    assert.deepEqual([added.map(({ id }) => id), gone.map(({ id }) => id), worse], [['b'], ['a'], []]);
    assert.equal(otherModel, '/m');
  });
});

describe('parseReport', () => {
  it('reads what was written', () => {
    const written = report(finding('a', 'verified', 'error'));
    assert.deepEqual(parseReport(JSON.stringify({ ...written, comparison: {} })), written);
  });

  it('says what is wrong with a baseline', () => {
    const check = (text: string, message: RegExp): void => {
      assert.throws(
        () => parseReport(text),
        (error) =>
          error instanceof HearthError &&
          error.info.code === 'bad-request' &&
          message.test(error.info.message),
      );
    };
    const whole = report(finding('a', 'refuted'));
    check('', /not valid JSON/);
    check(JSON.stringify(whole).slice(0, 60), /not valid JSON/);
    for (const other of ['null', '[]', '3', '{}']) check(other, /no report of "hearth doctor --json"/);
    check(JSON.stringify({ ...whole, version: 2 }), /newer Hearth \(format 2; this one reads 1\)/);
    check(JSON.stringify({ ...whole, version: 'one' }), /no version/);
    check(JSON.stringify({ ...whole, model: 'm' }), /which model/);
    check(JSON.stringify({ ...whole, findings: {} }), /no findings/);
    check(JSON.stringify({ ...whole, findings: [whole.findings[0], { id: 'b' }] }), /finding 2 is not whole/);
    check(
      JSON.stringify({ ...whole, findings: [{ ...whole.findings[0], status: 'maybe' }] }),
      /finding 1 is not whole/,
    );
  });
});
