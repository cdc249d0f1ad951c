/** Two looks at a machine: what got worse, what got better. */
import {
  FINDING_STATUSES,
  REPORT_FORMAT,
  REPORT_VERSION,
  SEVERITIES,
  type DoctorReport,
  type Finding,
} from '../../shared/protocol/doctor';
import { HearthError } from '../../shared/protocol/errors';

export interface Change {
  before: Finding;
  after: Finding;
}

export interface Comparison {
  /** A problem that was none, or a worse one. */
  worse: Change[];
  better: Change[];
  /** Neither: checked now and not then, or the other way round. */
  other: Change[];
  /** Checks that the baseline does not have, and those that only it has. */
  added: Finding[];
  gone: Finding[];
  /** The baseline's model, where it was another one. */
  otherModel?: string;
}

export function compareReports(before: DoctorReport, after: DoctorReport): Comparison {
  const earlier = new Map(before.findings.map((finding) => [finding.id, finding]));
  const ids = new Set(after.findings.map(({ id }) => id));
  const comparison: Comparison = {
    worse: [],
    better: [],
    other: [],
    added: [],
    gone: before.findings.filter(({ id }) => !ids.has(id)),
    ...(before.model.path !== after.model.path && { otherModel: before.model.path }),
  };
  for (const finding of after.findings) {
    const old = earlier.get(finding.id);
    if (old === undefined) {
      comparison.added.push(finding);
      continue;
    }
    const change = { before: old, after: finding };
    const difference = weight(finding) - weight(old);
    // What could not be looked at has not got better.
    if (difference > 0 && weight(finding) > 0) comparison.worse.push(change);
    else if (difference < 0 && finding.status === 'refuted') comparison.better.push(change);
    else if (difference < 0 && finding.status === 'verified') comparison.better.push(change);
    else if (finding.status !== old.status) comparison.other.push(change);
  }
  return comparison;
}

/** 0 for what is no problem: `info` is worth knowing only. */
function weight({ status, severity }: Finding): number {
  return status === 'verified' ? SEVERITIES.indexOf(severity) : 0;
}

/**
 * A report that was saved earlier.
 * @throws HearthError `bad-request` when it is no report, damaged, or from a newer Hearth
 */
export function parseReport(text: string): DoctorReport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(`it is not valid JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!isObject(value) || value['format'] !== REPORT_FORMAT)
    throw damaged('it is no report of "hearth doctor --json"');
  const { version, model, findings } = value;
  if (typeof version !== 'number') throw damaged('it has no version');
  if (version > REPORT_VERSION) {
    throw new HearthError(
      'bad-request',
      `The baseline was saved by a newer Hearth (format ${version}; this one reads ${REPORT_VERSION}).`,
      'Use the newer Hearth, or save a new baseline with "hearth doctor --json".',
    );
  }
  if (!isObject(model) || typeof model['name'] !== 'string' || typeof model['path'] !== 'string')
    throw damaged('it does not say which model it is about');
  if (!Array.isArray(findings)) throw damaged('it has no findings');
  const wrong = findings.findIndex((finding: unknown) => !isFinding(finding));
  if (wrong !== -1) throw damaged(`finding ${wrong + 1} is not whole`);
  return {
    format: REPORT_FORMAT,
    version: REPORT_VERSION,
    model: { name: model['name'], path: model['path'] },
    findings: findings as Finding[],
  };
}

function isFinding(value: unknown): value is Finding {
  if (!isObject(value)) return false;
  const { id, title, meaning, evidence, status, severity, advice } = value;
  return (
    [id, title, meaning, advice].every((text) => typeof text === 'string') &&
    Array.isArray(evidence) &&
    evidence.every((line) => typeof line === 'string') &&
    FINDING_STATUSES.some((known) => known === status) &&
    SEVERITIES.some((known) => known === severity)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(reason: string): HearthError {
  return new HearthError(
    'bad-request',
    `The baseline cannot be used: ${reason}.`,
    'Save a new one with "hearth doctor --json > FILE".',
  );
}
