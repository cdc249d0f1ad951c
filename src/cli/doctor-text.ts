/** How the doctor's report reads in a terminal. */
import type { Change, Comparison } from '../planner/doctor/compare-reports';
import type { DoctorReport, Finding } from '../shared/protocol/doctor';
import { countFindings, groupFindings } from '../shared/util/group-findings';

export function reportText({ model, findings }: DoctorReport): string {
  const groups = groupFindings(findings);
  const { problems, notes, fine, unchecked } = groups;
  return [
    `${model.name} (${model.path})`,
    section('Problems', problems.map(whole)),
    section('Worth knowing', notes.map(whole)),
    section(
      'Looked at, and fine',
      fine.map(({ evidence }) => `  ${evidence.join(' ')}`),
    ),
    section(
      'Not looked at',
      unchecked.map(({ title, evidence }) => `  ${title}? ${evidence.join(' ')}`),
    ),
    `${countFindings(groups)}.`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function comparisonText({ worse, better, other, added, gone, otherModel }: Comparison): string {
  const lines = [
    ...(otherModel === undefined ? [] : [`  The baseline is of another model: ${otherModel}`]),
    ...worse.map((change) => `  worse: ${changeText(change)}`),
    ...better.map((change) => `  better: ${changeText(change)}`),
    ...other.map((change) => `  changed: ${changeText(change)}`),
    ...added.map((finding) => `  new: ${finding.title}: ${state(finding)}`),
    ...gone.map(({ title }) => `  gone: ${title}`),
  ];
  return ['Since the baseline', ...(lines.length === 0 ? ['  Nothing has changed.'] : lines)].join('\n');
}

function section(title: string, entries: string[]): string {
  return entries.length === 0 ? '' : [title, ...entries].join('\n');
}

function whole({ severity, title, evidence, meaning, advice }: Finding): string {
  const indent = ' '.repeat(4);
  return [
    `  ${severity === 'info' ? '' : `${severity}: `}${title}`,
    ...evidence.map((line) => `${indent}- ${line}`),
    `${indent}${meaning}`,
    ...(advice === '' ? [] : [`${indent}To do: ${advice}`]),
  ].join('\n');
}

function changeText({ before, after }: Change): string {
  return `${after.title}: ${state(after)}, was ${state(before)}. ${after.evidence.join(' ')}`;
}

function state({ status, severity }: Finding): string {
  switch (status) {
    case 'verified':
      return severity === 'info' ? 'so' : severity;
    case 'refuted':
      return 'fine';
    case 'unchecked':
      return 'not looked at';
  }
}
