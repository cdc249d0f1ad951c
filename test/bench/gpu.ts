/**
 * What only a GPU can show, in one go and without a network: a model of gpt-oss-120b's shape, all layers on the GPU.
 * Loads it, kills the client in mid-answer and attaches again, and measures reading, decoding, streams and stops; with
 * `--llama-bench` beside llama.cpp's own figures.
 */
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { HubClient } from '../../src/client/hub-client';
import {
  CreateConversation,
  StopAnswer,
  type AssistantMessage,
} from '../../src/shared/protocol/conversations';
import { LoadModel, ReadMemory, UnloadModel, type ResidentModel } from '../../src/shared/protocol/models';
import { PlanModel } from '../../src/shared/protocol/plan';
import type { HubSettings } from '../../src/shared/protocol/settings';
import { SubscribeState } from '../../src/shared/protocol/system';
import { TEST_LOAD, TestHub, WatchedConversation } from '../support/hub';
import { GREEDY } from './contender';
import type { Doomed } from './doomed-client';
import { writeLargeModel } from './large-model';
import { figure, printTable } from './tables';

const HELP = `npm run bench -- gpu [OPTIONS]

  --model FILE         a model that is there; else one of random weights is made, and deleted at the end
  --folder FOLDER      where it is made: 60 GiB (the temporary folder); memory-backed is fine
  --layers N           layers of it (36)
  --experts N          experts of a layer (128)
  --gpu NAME           auto, cuda, vulkan or cpu (auto)
  --depths LIST        tokens in the context before decoding is measured (0,8192,32768)
  --tokens N           tokens that are decoded each time (128)
  --bandwidth GB       of the GPU's memory, in GB/s: for the share of the limit
  --llama-bench PATH   compares with this llama-bench
  --json FILE          writes the results there`;

const STREAMS = [1, 4, 8];
const STREAM_CONTEXT = 4_096;
/** gpt-oss-120b: what one token reads of the weights, and for each token before it of the KV cache. */
const WEIGHT_BYTES_A_TOKEN = 3.594e9;
const KV_BYTES_A_TOKEN = 36_864;
/** What requests and looks at the memory take; a tensor is larger. */
const MOST_READ_BYTES = 2 ** 20;
const WORDS = 'The quick brown fox jumps over the lazy dog. ';

interface Depth {
  depth: number;
  prefill: number;
  decode: number;
  benchDecode: number | undefined;
  ofLimit: number | undefined;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      folder: { type: 'string', default: tmpdir() },
      layers: { type: 'string', default: '36' },
      experts: { type: 'string', default: '128' },
      gpu: { type: 'string', default: 'auto' },
      depths: { type: 'string', default: '0,8192,32768' },
      tokens: { type: 'string', default: '128' },
      bandwidth: { type: 'string' },
      'llama-bench': { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const scratch = mkdtempSync(join(resolve(values.folder), 'hearth-gpu-'));
  const hub = TestHub.create();
  try {
    let model = values.model === undefined ? undefined : resolve(values.model);
    if (model === undefined) {
      model = join(scratch, 'random.gguf');
      console.error(`Writing ${model} …`);
      writeLargeModel(model, { layers: Number(values.layers), experts: Number(values.experts) });
    }
    const depths = values.depths.split(',').map(Number);
    const tokens = Number(values.tokens);
    const load: HubSettings['load'] = {
      ...TEST_LOAD,
      gpu: values.gpu as HubSettings['load']['gpu'],
      gpuLayers: values.gpu === 'cpu' ? 0 : 10_000,
      contextSize: Math.max(...depths) + tokens + STREAM_CONTEXT,
      threads: 'auto',
    };
    const client = await hub.connect({ load, activeModel: model });
    const loaded = await loadModel(client, model, load);
    const attached = await attachAgain(hub, client);
    const stops = await measureStops(client);
    const rows: Depth[] = [];
    for (const depth of depths) {
      const { prefill, decode } = await measureDepth(client, depth, tokens);
      const limit =
        values.bandwidth === undefined
          ? undefined
          : (Number(values.bandwidth) * 1e9) / (WEIGHT_BYTES_A_TOKEN + KV_BYTES_A_TOKEN * depth);
      rows.push({ depth, prefill, decode, benchDecode: undefined, ofLimit: limit && decode / limit });
    }
    const streams: { streams: number; decode: number }[] = [];
    for (const count of STREAMS) {
      const several = { ...load, sequences: count, contextSize: STREAM_CONTEXT };
      const other = await hub.connect({ load: several, activeModel: model });
      await other.request(LoadModel, {});
      const answers = await Promise.all(Array.from({ length: count }, () => ask(other, 'Go on.', tokens)));
      streams.push({ streams: count, decode: answers.reduce((sum, answer) => sum + speed(answer), 0) });
    }
    // There is no room for both.
    await client.request(UnloadModel, { path: model });
    const bench = llamaBench(values['llama-bench'], model, depths, tokens);
    for (const row of rows) row.benchDecode = bench?.get(row.depth);
    report({ loaded, attached, stops, rows, streams });
    if (values.json !== undefined)
      writeFileSync(values.json, `${JSON.stringify({ loaded, attached, stops, rows, streams }, null, 2)}\n`);
    const hasReloaded = (attached.reloadedBytes ?? 0) > MOST_READ_BYTES;
    if (hasReloaded || !attached.sameWorker || !attached.sameVram) process.exitCode = 1;
  } finally {
    await hub.dispose();
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Loaded {
  fileBytes: number;
  loadMs: number;
  gpu: string;
  gpuLayers: string;
  plannedVramBytes: number;
  weightsAndContextVramBytes: number;
  vramUsedBytes: number;
}

async function loadModel(client: HubClient, model: string, load: HubSettings['load']): Promise<Loaded> {
  const context = Number(load.contextSize);
  const { sequences, batchSize: batch, gpuLayers } = load;
  // That of the edits is made when the first of them comes.
  const wishes = { context, sequences, batch, gpuLayers, smallContext: false };
  const { plan } = await client.request(PlanModel, { model, wishes });
  const { loaded }: ResidentModel = await client.request(LoadModel, {});
  if (loaded === undefined) throw new Error('The model says nothing of its load.');
  const { vramUsedBytes } = await client.request(ReadMemory, {});
  return {
    fileBytes: statSync(model).size,
    loadMs: loaded.loadMs,
    gpu: [loaded.gpu, ...loaded.deviceNames].join(', '),
    gpuLayers: `${loaded.gpuLayers} of ${loaded.totalLayers}`,
    plannedVramBytes: plan.totalVramBytes,
    weightsAndContextVramBytes: loaded.weights.vramBytes + loaded.context.vramBytes,
    vramUsedBytes,
  };
}

interface Attached {
  sameWorker: boolean;
  sameVram: boolean;
  /** What the worker has read meanwhile, requests included; undefined where the system does not tell. */
  reloadedBytes: number | undefined;
  readyMs: number;
}

/** The client is killed in mid-answer; another one comes, finds the answer running, and nothing has been loaded again. */
async function attachAgain(hub: TestHub, witness: HubClient): Promise<Attached> {
  const { child, doomed } = await startDoomed(hub.home);
  const [worker] = (await hub.record()).workers;
  const before = { memory: await witness.request(ReadMemory, {}), read: bytesRead(worker) };
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  const start = performance.now();
  const second = await hub.connect(null);
  await second.request(SubscribeState, null);
  const { watched, snapshot } = await WatchedConversation.open(second, doomed.id);
  const readyMs = performance.now() - start;
  const answer = snapshot.conversation.messages[doomed.answerId];
  if (answer?.role !== 'assistant' || answer.status !== 'running')
    throw new Error('The answer did not go on.');
  await watched.delta(doomed.answerId);
  const after = { memory: await witness.request(ReadMemory, {}), read: bytesRead(worker) };
  await second.request(StopAnswer, { conversationId: doomed.id, answerId: doomed.answerId });
  return {
    sameWorker: (await hub.record()).workers[0] === worker,
    sameVram: before.memory.vramUsedBytes === after.memory.vramUsedBytes,
    reloadedBytes:
      before.read === undefined || after.read === undefined ? undefined : after.read - before.read,
    readyMs,
  };
}

/** Resolves when its answer has begun. */
async function startDoomed(home: string): Promise<{ child: ChildProcess; doomed: Doomed }> {
  const child = fork(join(__dirname, 'doomed-client.ts'), [home], { execArgv: ['--import', 'tsx'] });
  const ended = once(child, 'exit').then(() =>
    Promise.reject(new Error('The client to be killed ended by itself.')),
  );
  const [doomed] = (await Promise.race([once(child, 'message'), ended])) as [Doomed];
  ended.catch(() => undefined);
  return { child, doomed };
}

async function measureStops(client: HubClient): Promise<{ decodeMs: number; prefillMs: number }> {
  const decoding = await open(client);
  const answerId = await decoding.send('Go on.');
  await decoding.delta(answerId);
  const decodeMs = await stop(decoding, answerId);
  const reading = await open(client);
  const long = await reading.send(WORDS.repeat(80));
  await reading.next(
    ({ event }) => event.type === 'progress' && event.progress.phase === 'prefill' && event.progress.done > 0,
  );
  return { decodeMs, prefillMs: await stop(reading, long) };
}

async function stop({ client, id }: WatchedConversation, answerId: string): Promise<number> {
  const start = performance.now();
  await client.request(StopAnswer, { conversationId: id, answerId });
  return performance.now() - start;
}

/** A new conversation with a prompt of about so many tokens, ten to a sentence. */
async function measureDepth(client: HubClient, depth: number, tokens: number) {
  const answer = await ask(client, depth === 0 ? 'Go on.' : WORDS.repeat(Math.ceil(depth / 10)), tokens);
  return { prefill: answer.figures?.prefillTokensPerSecond ?? NaN, decode: speed(answer) };
}

async function ask(client: HubClient, text: string, maxTokens: number): Promise<AssistantMessage> {
  return (await open(client, maxTokens)).ask(text);
}

async function open(client: HubClient, maxTokens?: number): Promise<WatchedConversation> {
  const { id } = await client.request(CreateConversation, {
    settings: { system: 'x', sampling: GREEDY, ...(maxTokens !== undefined && { maxTokens }) },
  });
  return (await WatchedConversation.open(client, id)).watched;
}

function speed({ figures }: AssistantMessage): number {
  return figures?.decodeTokensPerSecond ?? NaN;
}

/** Tokens per second by depth; undefined without the program. @throws Error with what it wrote when it fails */
function llamaBench(
  program: string | undefined,
  model: string,
  depths: readonly number[],
  tokens: number,
): Map<number, number> | undefined {
  if (program === undefined) return undefined;
  const args = ['-m', model, '-ngl', '99', '-fa', '1', '-p', '0', '-n', String(tokens)];
  const { stdout, stderr, status } = spawnSync(program, [...args, '-d', depths.join(','), '-o', 'json'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`llama-bench failed: ${stderr}`);
  const rows = JSON.parse(stdout) as { n_depth: number; avg_ts: number }[];
  return new Map(rows.map(({ n_depth, avg_ts }) => [n_depth, avg_ts]));
}

/** Linux only: bytes that a process has read, from wherever: what the system's cache has would not count as fetched. */
function bytesRead(pid: number | undefined): number | undefined {
  const path = `/proc/${pid}/io`;
  if (pid === undefined || !existsSync(path)) return undefined;
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(path, 'utf8'))?.[1]);
}

function report(found: {
  loaded: Loaded;
  attached: Attached;
  stops: { decodeMs: number; prefillMs: number };
  rows: Depth[];
  streams: { streams: number; decode: number }[];
}): void {
  const { loaded, attached, stops, rows, streams } = found;
  const gib = (bytes: number) => `${figure(bytes / 2 ** 30, 2)} GiB`;
  printTable(
    ['model', ''],
    [
      ['file', gib(loaded.fileBytes)],
      ['device', loaded.gpu],
      ['layers on it', loaded.gpuLayers],
      ['load', `${figure(loaded.loadMs / 1_000, 1)} s`],
      ['VRAM as planned', gib(loaded.plannedVramBytes)],
      ['VRAM of weights and context', gib(loaded.weightsAndContextVramBytes)],
      ['VRAM in use', gib(loaded.vramUsedBytes)],
      ['attached again after', `${figure(attached.readyMs, 0)} ms`],
      ['read again', `${attached.reloadedBytes ?? '–'} bytes`],
      ['same worker, same VRAM', `${attached.sameWorker}, ${attached.sameVram}`],
      ['stopped while it decodes', `${figure(stops.decodeMs, 0)} ms`],
      ['stopped while it reads', `${figure(stops.prefillMs, 0)} ms`],
    ],
  );
  console.log('');
  printTable(
    ['depth', 'prefill tok/s', 'decode tok/s', 'llama-bench', 'of it', 'of the limit'],
    rows.map(({ depth, prefill, decode, benchDecode, ofLimit }) => [
      String(depth),
      figure(prefill, 0),
      figure(decode, 1),
      figure(benchDecode, 1),
      figure(benchDecode && decode / benchDecode, 3),
      figure(ofLimit, 3),
    ]),
  );
  console.log('');
  printTable(
    ['streams', 'decode tok/s'],
    streams.map(({ streams: count, decode }) => [String(count), figure(decode, 1)]),
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
