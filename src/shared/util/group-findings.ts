/** Findings in the order in which a person wants them. */
import { SEVERITIES, type Finding } from '../protocol/doctor';
import { plural } from './format';

export interface FindingGroups {
  /** Errors before warnings. */
  problems: Finding[];
  /** So, but nothing is wrong. */
  notes: Finding[];
  fine: Finding[];
  unchecked: Finding[];
}

export function groupFindings(findings: readonly Finding[]): FindingGroups {
  const verified = findings.filter(({ status }) => status === 'verified');
  return {
    problems: verified
      .filter(({ severity }) => severity !== 'info')
      .sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity)),
    notes: verified.filter(({ severity }) => severity === 'info'),
    fine: findings.filter(({ status }) => status === 'refuted'),
    unchecked: findings.filter(({ status }) => status === 'unchecked'),
  };
}

/** "1 error, 2 warnings, 3 notes, 12 fine, 4 not looked at" */
export function countFindings({ problems, notes, fine, unchecked }: FindingGroups): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  return [
    ...(problems.length === 0 ? ['no problem'] : []),
    ...(errors === 0 ? [] : [plural(errors, 'error')]),
    ...(warnings === 0 ? [] : [plural(warnings, 'warning')]),
    ...(notes.length === 0 ? [] : [plural(notes.length, 'note')]),
    `${fine.length} fine`,
    ...(unchecked.length === 0 ? [] : [`${unchecked.length} not looked at`]),
  ].join(', ');
}
