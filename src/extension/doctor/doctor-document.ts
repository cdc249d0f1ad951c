/** The doctor's report as a Markdown document, and where its buttons go. Pure. */
import type { DoctorReport, Finding, FindingAction } from '../../shared/protocol/doctor';
import { countFindings, groupFindings } from '../../shared/util/group-findings';

export interface DoctorDocument {
  text: string;
  /** Lines count from 0. */
  buttons: { line: number; action: FindingAction }[];
}

const LOOK_AGAIN: FindingAction = { title: '$(refresh) Look Again', command: 'hearth.doctor', arguments: [] };

export function doctorDocument({ model, findings }: DoctorReport): DoctorDocument {
  const groups = groupFindings(findings);
  const lines: string[] = [];
  const buttons: DoctorDocument['buttons'] = [{ line: 0, action: LOOK_AGAIN }];
  const section = (title: string, entries: readonly Finding[], write: (finding: Finding) => void): void => {
    if (entries.length === 0) return;
    lines.push('', `## ${title}`, '');
    entries.forEach(write);
    if (lines.at(-1) === '') lines.pop();
  };
  const whole = (finding: Finding): void => {
    const { severity, title, evidence, meaning, advice, action } = finding;
    if (action !== undefined) buttons.push({ line: lines.length, action });
    lines.push(
      `### ${severity === 'info' ? '' : `${severity === 'error' ? 'Error' : 'Warning'}: `}${title}`,
      '',
    );
    lines.push(...evidence.map((line) => `- ${line}`), '', meaning, '');
    if (advice !== '') lines.push(`**To do:** ${advice}`, '');
  };
  lines.push(`# Doctor: ${model.name}`, '', model.path, '', `${countFindings(groups)}.`);
  section('Problems', groups.problems, whole);
  section('Worth knowing', groups.notes, whole);
  section('Looked at, and fine', groups.fine, ({ evidence }) => void lines.push(`- ${evidence.join(' ')}`));
  section(
    'Not looked at',
    groups.unchecked,
    ({ title, evidence }) => void lines.push(`- ${title}? ${evidence.join(' ')}`),
  );
  return { text: `${lines.join('\n')}\n`, buttons };
}
