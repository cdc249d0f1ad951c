/**
 * What it costs that the model outlives the window: starts, second windows, several streams, and the hub's memory.
 * Times are this machine's; of the parallel streams the ratio to llama.cpp's own loop is what counts.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HubSession } from '../../src/client/hub-session';
import {
  ConversationChanged,
  CreateConversation,
  DeleteConversation,
  ListConversations,
  OpenConversation,
  StopAnswer,
} from '../../src/shared/protocol/conversations';
import { ListModels, LoadModel } from '../../src/shared/protocol/models';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { SubscribeState } from '../../src/shared/protocol/system';
import { makeTinyGptOss } from '../../tools/models/test-models';
import { DIST, HUB_LOCATION, longText, MODELS, TestHub, WatchedConversation } from '../support/hub';
import { differences, GREEDY } from './contender';
import { Hearth } from './hearth';
import { RawLoop } from './raw-loop';
import { median, quantile } from './statistics';
import { figure, printTable } from './tables';
import { measureWindow, type Timing } from './window';

const HELP = `npm run bench -- resident [OPTIONS]

  --rounds N      rounds of every measurement (5)
  --requests N    requests of the hub's memory test (10000)
  --no-window     leaves out what needs a browser
  --json FILE     writes the results there`;

const STREAMS = [1, 4, 8];
const STREAM_TOKENS = 600;
const PREFILL_TOKENS = 4_000;

interface ParallelRow {
  streams: number;
  hearth: number;
  raw: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      rounds: { type: 'string', default: '5' },
      requests: { type: 'string', default: '10000' },
      window: { type: 'boolean', default: true },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const model = makeTinyGptOss(MODELS);
  const rounds = Number(values.rounds);
  const timings = [
    ...(await measureStarts(rounds)),
    ...(values.window ? await measureWindow(model, rounds) : []),
    ...(await measureStops(model, rounds)),
  ];
  const gaps = await measureGaps(rounds);
  const parallel = await measureParallel(model, rounds);
  const memory = await measureMemory(Number(values.requests));

  printTable(
    ['', 'median ms', 'longest ms', 'aim ms'],
    timings.map(({ name, ms, aim }) => [
      name,
      figure(median(ms), 1),
      figure(Math.max(...ms), 1),
      figure(aim, 0),
    ]),
  );
  console.log('');
  printTable(
    ['gaps between tokens', 'p50 ms', 'p99 ms', 'longest ms'],
    gaps.map(({ name, ms }) => [
      name,
      figure(quantile(ms, 0.5), 1),
      figure(quantile(ms, 0.99), 1),
      figure(Math.max(...ms), 1),
    ]),
  );
  console.log('');
  printTable(
    ['streams', 'Hearth tok/s', 'raw tok/s', 'of raw'],
    parallel.map(({ streams, hearth, raw }) => [
      String(streams),
      figure(hearth, 0),
      figure(raw, 0),
      figure(hearth / raw, 3),
    ]),
  );
  console.log('');
  printTable(
    ['hub memory', 'MiB'],
    memory.map(({ name, bytes }) => [name, figure(bytes / 2 ** 20, 1)]),
  );
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ timings, gaps, parallel, memory }, undefined, 2)}\n`);
  }
}

/** A hub from nothing, and further windows on one that runs: until each has its state, its models and its chats. */
async function measureStarts(rounds: number): Promise<Timing[]> {
  const first: number[] = [];
  const second: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const home = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
    const hub = TestHub.create(home);
    try {
      first.push(await openWindow(home));
      await hub.connect();
      second.push(await openWindow(home));
    } finally {
      await hub.dispose();
      rmSync(home, { recursive: true, force: true });
    }
  }
  return [
    { name: 'first window ready, hub started', ms: first },
    { name: 'second window ready', ms: second, aim: 300 },
  ];
}

async function openWindow(home: string): Promise<number> {
  const start = performance.now();
  const session = new HubSession({ ...HUB_LOCATION, home }, { kind: 'window', version: 'bench' });
  session.start();
  await session.request(SubscribeState, null);
  await Promise.all([session.request(ListModels, null), session.request(ListConversations, null)]);
  const ms = performance.now() - start;
  session.dispose();
  return ms;
}

async function measureStops(model: string, rounds: number): Promise<Timing[]> {
  const hearth = await Hearth.start('Hearth', DIST, model);
  try {
    const decode: number[] = [];
    const prefill: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      decode.push((await hearth.cancelDecode()).ms);
      prefill.push((await hearth.cancelPrefill(PREFILL_TOKENS)).ms);
    }
    return [
      { name: 'stopped while it decodes', ms: decode },
      { name: 'stopped while it reads the prompt', ms: prefill },
    ];
  } finally {
    await hearth.dispose();
  }
}

/** The gaps of one stream, alone and while another conversation reads a long prompt. */
async function measureGaps(rounds: number): Promise<Timing[]> {
  const alone: number[] = [];
  const beside: number[] = [];
  await withChats(2, async (open) => {
    for (let round = 0; round < rounds; round += 1) {
      const stream = await open();
      const times: number[] = [];
      const id = await stream.send('go on');
      stream.onDelta(() => times.push(performance.now()));
      await stream.deltas(40);
      const other = await open();
      const begun = times.length;
      const reading = await other.send(`${round} ${longText(PREFILL_TOKENS)}`);
      await other.delta(reading);
      alone.push(...differences(times.slice(0, begun)));
      beside.push(...differences(times.slice(begun)));
      await Promise.all([stream.stop(id), other.stop(reading)]);
    }
  });
  return [
    { name: 'alone', ms: alone },
    { name: `beside a prompt of ${PREFILL_TOKENS} tokens`, ms: beside },
  ];
}

/** Speeds of several conversations together, against as many raw sequences in one context; in turns. */
async function measureParallel(model: string, rounds: number): Promise<ParallelRow[]> {
  const most = Math.max(...STREAMS);
  const raw = await RawLoop.start(model, most);
  try {
    return await withChats(most, async (open) => {
      const rows: ParallelRow[] = [];
      for (const streams of STREAMS) {
        const ratios: { hearth: number; raw: number }[] = [];
        for (let round = 0; round < rounds; round += 1) {
          const chats = await Promise.all(Array.from({ length: streams }, () => open(STREAM_TOKENS)));
          const answers = await Promise.all(chats.map((chat) => chat.ask('go on')));
          const hearth = answers.reduce(
            (sum, { figures }) => sum + (figures?.decodeTokensPerSecond ?? NaN),
            0,
          );
          ratios.push({ hearth, raw: await raw.parallel(streams, STREAM_TOKENS) });
        }
        rows.push({
          streams,
          hearth: median(ratios.map((ratio) => ratio.hearth)),
          raw: median(ratios.map((ratio) => ratio.raw)),
        });
      }
      return rows;
    });
  } finally {
    await raw.dispose();
  }
}

/** What a window asks in its life, again and again; whatever stays in memory adds up. */
async function measureMemory(requests: number): Promise<{ name: string; bytes: number }[]> {
  const hub = TestHub.create();
  try {
    const client = await hub.connect();
    const { pid } = await hub.record();
    const ask = async (count: number) => {
      for (let done = 0; done < count; done += 5) {
        const { id } = await client.request(CreateConversation, {});
        await client.request(OpenConversation, { id });
        await client.request(ListConversations, null);
        await client.request(SubscribeState, null);
        await client.request(DeleteConversation, { id });
      }
    };
    await ask(100);
    const before = residentBytes(pid);
    await ask(requests);
    return [
      { name: 'after 100 requests', bytes: before },
      { name: `after ${requests} more`, bytes: residentBytes(pid) },
    ];
  } finally {
    await hub.dispose();
  }
}

class BenchChat {
  constructor(private readonly watched: WatchedConversation) {}
  send(text: string): Promise<string> {
    return this.watched.send(text);
  }
  ask(text: string) {
    return this.watched.ask(text);
  }
  delta(answerId: string): Promise<void> {
    return this.watched.delta(answerId);
  }
  /** Calls for every delta from now on. */
  onDelta(listener: () => void): void {
    const { client, id } = this.watched;
    client.on(ConversationChanged, ({ conversationId, event }) => {
      if (conversationId === id && event.type === 'delta') listener();
    });
  }
  async deltas(count: number): Promise<void> {
    let seen = 0;
    await this.watched.next(({ event }) => {
      if (event.type === 'delta') seen += 1;
      return seen >= count;
    });
  }
  async stop(answerId: string): Promise<void> {
    const { client, id } = this.watched;
    await client.request(StopAnswer, { conversationId: id, answerId });
  }
}

/** A hub whose model has so many sequences, and a way to open endless conversations in it. */
async function withChats<T>(
  sequences: number,
  act: (open: (maxTokens?: number) => Promise<BenchChat>) => Promise<T>,
): Promise<T> {
  const hub = TestHub.create();
  try {
    const client = await hub.connect();
    const { state } = await client.request(SubscribeState, null);
    await client.request(UpdateSettings, { load: { ...state.settings.load, sequences } });
    await client.request(LoadModel, {});
    return await act(async (maxTokens) => {
      const { id } = await client.request(CreateConversation, {
        settings: { system: 'x', sampling: GREEDY, ...(maxTokens !== undefined && { maxTokens }) },
      });
      return new BenchChat((await WatchedConversation.open(client, id)).watched);
    });
  } finally {
    await hub.dispose();
  }
}

/** Linux only; NaN elsewhere. */
function residentBytes(pid: number): number {
  if (process.platform !== 'linux') return NaN;
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
