/**
 * `tsx tools/ember/evaluate.ts MODEL CASES [--lora FILE] [--scores FILE]`: the score of a model on CASES (a JSON list that
 * make.py writes), as a table, after some of the wrong answers; `--scores` keeps the table's percents. Needs a build.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { analysisTokens, evaluate, scores, type ChatCase, type RawCase } from './score';

async function main(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    options: { lora: { type: 'string' }, scores: { type: 'string' } },
    allowPositionals: true,
  });
  const [model, casesPath] = positionals;
  if (model === undefined || casesPath === undefined) throw new Error('MODEL and CASES are needed.');
  const cases = JSON.parse(readFileSync(casesPath, 'utf8')) as (ChatCase | RawCase)[];
  const loras = values.lora === undefined ? [] : [{ path: resolve(values.lora), scale: 1 }];
  const outcomes = await evaluate(resolve(model), cases, loras, (line) => console.log(line));
  const measured = scores(outcomes);
  if (values.scores !== undefined) {
    writeFileSync(values.scores, `${JSON.stringify(Object.fromEntries(measured), undefined, 2)}\n`);
  }
  const rows = [...measured].map(([name, value]) => [name, `${value.toFixed(1)} %`]);
  for (const [effort, tokens] of analysisTokens(outcomes)) {
    rows.push([`analysis, effort ${effort}`, `${tokens.toFixed(0)} tokens`]);
  }
  console.log(['| | |', '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n'));
}

void main(process.argv.slice(2));
