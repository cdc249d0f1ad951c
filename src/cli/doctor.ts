/** "hearth doctor": what could go wrong with a model on this machine, and what has got worse since an earlier look. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { compareReports, parseReport } from '../planner/doctor/compare-reports';
import { Diagnose, type DoctorReport } from '../shared/protocol/doctor';
import { HearthError } from '../shared/protocol/errors';
import type { CliValues } from './arguments';
import { connectOrStart } from './connect';
import { comparisonText, reportText } from './doctor-text';

/** Exits with 1 when something is worse than in the baseline; without one, problems are an answer like any other. */
export async function doctor(model: string | undefined, values: CliValues): Promise<void> {
  // A baseline that is of no use is known before anything is looked at.
  const baseline = values.baseline === undefined ? undefined : await readBaseline(values.baseline);
  const client = await connectOrStart();
  try {
    // The hub works elsewhere, so a file goes by its whole path.
    const report = await client.request(Diagnose, model === undefined ? {} : { model: resolve(model) });
    const comparison = baseline && compareReports(baseline, report);
    if (values.json === true) console.log(JSON.stringify({ ...report, ...(comparison && { comparison }) }));
    else {
      console.log(reportText(report));
      if (comparison !== undefined) console.log(`\n${comparisonText(comparison)}`);
    }
    if (comparison !== undefined && comparison.worse.length > 0) process.exitCode = 1;
  } finally {
    client.dispose();
  }
}

async function readBaseline(path: string): Promise<DoctorReport> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new HearthError(
      'bad-request',
      `The baseline ${path} cannot be read (${error instanceof Error ? error.message : String(error)}).`,
      'Save one with "hearth doctor --json > FILE".',
    );
  }
  return parseReport(text);
}
