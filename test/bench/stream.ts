/**
 * How much of llama.cpp's speed arrives at a client, and how fast a stop does. Everything is measured in one run, in
 * turns, so that what else the machine does falls on all alike; the ratio of a round is what counts.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeTinyGptOss } from '../../tools/models/test-models';
import { DIST, MODELS } from '../support/hub';
import type { Contender, Streamed } from './contender';
import { Hearth, type Cancelled } from './hearth';
import { LlamaServer } from './llama-server';
import { RawLoop } from './raw-loop';
import { median, quantile } from './statistics';
import { figure, printTable } from './tables';

const HELP = `npm run bench -- stream [OPTIONS]

  --rounds N           rounds that count, after one to warm up (5)
  --tokens N           tokens of an answer (1500)
  --build FOLDER       the built Hearth to measure (dist); given twice, both are measured in turns
  --llama-server PATH  compares with this llama-server; also HEARTH_LLAMA_SERVER
  --json FILE          writes the results there; - for standard output, without the table`;

const PREFILL_TOKENS = 7_000;

interface Row {
  name: string;
  tokensPerSecond: number;
  /** Median over the rounds of: this one's speed by that one's speed in the same round. */
  ofRawLoop: number;
  ofLlamaServer: number | undefined;
  ofWorker: number | undefined;
  gapP50Ms: number | undefined;
  gapP99Ms: number | undefined;
}

interface CancelRow {
  name: string;
  during: 'decode' | 'prefill';
  medianMs: number;
  longestMs: number;
  medianTokens: number;
  mostTokens: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      tokens: { type: 'string', default: '1500' },
      build: { type: 'string', multiple: true, default: [DIST] },
      'llama-server': { type: 'string', default: process.env.HEARTH_LLAMA_SERVER ?? '' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const model = makeTinyGptOss(MODELS);
  const all: Contender[] = [];
  try {
    const hearths: Hearth[] = [];
    for (const folder of values.build) {
      const name = values.build.length === 1 ? 'Hearth' : `Hearth (${basename(folder)})`;
      hearths.push(await Hearth.start(name, resolve(folder), model));
      all.push(hearths.at(-1)!);
    }
    const raw = await RawLoop.start(model);
    all.push(raw);
    const server = values['llama-server'];
    if (server === '') console.error('llama-server is not compared: name one with --llama-server PATH.');
    else if (!existsSync(server)) throw new Error(`There is no llama-server at ${server}.`);
    else all.push(await LlamaServer.start(server, model, raw.promptTokens));

    const rows = await measureStreams(all, Number(values.rounds), Number(values.tokens));
    const cancels: CancelRow[] = [];
    for (const hearth of hearths) cancels.push(...(await measureCancels(hearth, Number(values.rounds))));
    const json = JSON.stringify({ streams: rows, cancels }, undefined, 2);
    if (values.json === '-') console.log(json);
    else printTables(rows, cancels);
    if (values.json !== undefined && values.json !== '-') writeFileSync(values.json, `${json}\n`);
  } finally {
    for (const contender of all) await contender.dispose();
  }
}

async function measureStreams(contenders: Contender[], rounds: number, tokens: number): Promise<Row[]> {
  const results = new Map<string, Streamed[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const streamed = await contender.stream(tokens);
      if (round > 0) results.get(contender.name)!.push(streamed);
    }
  }
  return contenders.map(({ name }) => {
    const own = results.get(name)!;
    const gaps = own.flatMap((streamed) => streamed.gaps);
    const ofWorker = own.flatMap((streamed) => streamed.ofWorker ?? []);
    const against = (other: string): number | undefined => {
      const theirs = results.get(other);
      if (theirs === undefined) return undefined;
      return median(own.map((streamed, round) => streamed.tokensPerSecond / theirs[round]!.tokensPerSecond));
    };
    return {
      name,
      tokensPerSecond: median(own.map((streamed) => streamed.tokensPerSecond)),
      ofRawLoop: against('raw loop')!,
      ofLlamaServer: against('llama-server'),
      ofWorker: ofWorker.length === 0 ? undefined : median(ofWorker),
      gapP50Ms: gaps.length === 0 ? undefined : quantile(gaps, 0.5),
      gapP99Ms: gaps.length === 0 ? undefined : quantile(gaps, 0.99),
    };
  });
}

async function measureCancels(hearth: Hearth, rounds: number): Promise<CancelRow[]> {
  const decode: Cancelled[] = [];
  const prefill: Cancelled[] = [];
  for (let round = 0; round < rounds; round += 1) {
    decode.push(await hearth.cancelDecode());
    prefill.push(await hearth.cancelPrefill(PREFILL_TOKENS));
  }
  const row = (during: CancelRow['during'], measured: Cancelled[]): CancelRow => ({
    name: hearth.name,
    during,
    medianMs: median(measured.map(({ ms }) => ms)),
    longestMs: Math.max(...measured.map(({ ms }) => ms)),
    medianTokens: median(measured.map(({ tokens }) => tokens)),
    mostTokens: Math.max(...measured.map(({ tokens }) => tokens)),
  });
  return [row('decode', decode), row('prefill', prefill)];
}

function printTables(rows: Row[], cancels: CancelRow[]): void {
  printTable(
    ['', 'tok/s', 'of raw loop', 'of llama-server', 'of its worker', 'gap p50 ms', 'gap p99 ms'],
    rows.map((row) => [
      row.name,
      figure(row.tokensPerSecond, 0),
      figure(row.ofRawLoop, 3),
      figure(row.ofLlamaServer, 3),
      figure(row.ofWorker, 3),
      figure(row.gapP50Ms, 1),
      figure(row.gapP99Ms, 1),
    ]),
  );
  console.log('');
  printTable(
    ['stop during', 'median ms', 'longest ms', 'tokens after', 'most'],
    cancels.map((row) => [
      `${row.during}, ${row.name}`,
      figure(row.medianMs, 1),
      figure(row.longestMs, 1),
      figure(row.medianTokens, 0),
      figure(row.mostTokens, 0),
    ]),
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
