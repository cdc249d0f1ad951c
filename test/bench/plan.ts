/**
 * Whether plans are right: made-up models of several kinds are planned, loaded and made to read a whole context and a
 * small job, and what was planned stands beside what the engine reports and what the system counts. Exits with 1 where
 * they are too far apart.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { HubClient } from '../../src/client/hub-client';
import { leastWishes } from '../../src/hub/engines/load-forecast';
import { anonymousBytes } from '../../src/hub/engines/process-memory';
import { readModelShape } from '../../src/hub/models/read-model-shape';
import { ramComputeBytes } from '../../src/planner/compute-buffers';
import type { ModelShape } from '../../src/planner/model-shape';
import { smallContextWishes } from '../../src/planner/small-context';
import { ConfigureConversation } from '../../src/shared/protocol/conversations';
import { Generate } from '../../src/shared/protocol/generate';
import { LoadModel, UnloadModel, type ResidentModel } from '../../src/shared/protocol/models';
import { PlanModel, type Wishes } from '../../src/shared/protocol/plan';
import { UpdateSettings, type LoadSettings } from '../../src/shared/protocol/settings';
import { SubscribeState } from '../../src/shared/protocol/system';
import { plannedBytes, takenBytes } from '../../src/shared/util/planned-use';
import { writeMadeUpModel, type MadeUpModel } from '../../tools/models/made-up';
import { makeTinyGptOss, makeTinyLlama } from '../../tools/models/test-models';
import { longText, MODELS, TEST_LOAD, TestHub, WatchedConversation, type SeenEvent } from '../support/hub';
import { SOFTWARE_VULKAN_ENV, hasSoftwareVulkan } from '../support/software-vulkan';
import { outsideTolerance, type PlannedRow as Row } from './plan-tolerance';
import { figure, printTable } from './tables';

const HELP = `npm run bench -- plan [OPTIONS]

  --only TEXT   only models whose name has this text: dense, GQA, experts, sliding, gpt-oss, tiny
  --large       models of 4 and 8 GB too; needs 12 GB of RAM and of disk
  --no-vulkan   leaves out software Vulkan
  --json FILE   writes the results there`;

const MIB = 2 ** 20;
/** A small job reads at least several batches, and no more: that takes time, and little more memory. */
const SMALL_JOB_TOKENS = 2_048;
/** Left of the context for the template and the one token of the answer. */
const SPARE_TOKENS = 100;

const COMMON = { vocabulary: 32_000, contextLength: 32_768, type: 'Q8_0' } as const;
const MODEL_SIZES: Readonly<Record<string, MadeUpModel>> = {
  'dense, 0.2 GB': { ...COMMON, architecture: 'llama', layers: 12, embedding: 1_024, heads: 16, kvHeads: 16, headSize: 64, feedForward: 2_816 },
  'GQA, 0.5 GB, repacked': { ...COMMON, architecture: 'qwen3', layers: 24, embedding: 1_536, heads: 16, kvHeads: 8, headSize: 128, feedForward: 4_096, vocabulary: 100_000, type: 'Q4_0' },
  'experts, 1 GB': { ...COMMON, architecture: 'qwen3moe', layers: 12, embedding: 1_024, heads: 16, kvHeads: 4, headSize: 64, feedForward: 768, experts: 32, expertsUsed: 4 },
  'sliding, 1 GB': { ...COMMON, architecture: 'gemma3', layers: 24, embedding: 1_536, heads: 8, kvHeads: 2, headSize: 256, feedForward: 6_144, slidingWindow: 512 },
  'gpt-oss, 2 GB': { ...COMMON, architecture: 'gpt-oss', layers: 12, embedding: 1_440, heads: 16, kvHeads: 4, headSize: 64, feedForward: 1_440, experts: 48, expertsUsed: 4, slidingWindow: 128, vocabulary: 100_000 },
}; // prettier-ignore
const LARGE_SIZES: Readonly<Record<string, MadeUpModel>> = {
  'experts, 4 GB': { ...COMMON, architecture: 'qwen3moe', layers: 24, embedding: 2_048, heads: 16, kvHeads: 4, headSize: 128, feedForward: 768, experts: 32, expertsUsed: 2 },
  'gpt-oss, 8 GB': { ...COMMON, architecture: 'gpt-oss', layers: 24, embedding: 2_880, heads: 64, kvHeads: 8, headSize: 64, feedForward: 2_880, experts: 22, expertsUsed: 4, slidingWindow: 128, vocabulary: 100_000 },
}; // prettier-ignore
const SETTINGS: readonly Partial<LoadSettings>[] = [
  { contextSize: 2_048 },
  { contextSize: 8_192, sequences: 2, batchSize: 128 },
  { contextSize: 2_048, flashAttention: false, batchSize: 256 },
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      only: { type: 'string', default: '' },
      large: { type: 'boolean', default: false },
      vulkan: { type: 'boolean', default: true },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-plan-'));
  const rows: Row[] = [];
  try {
    const isWanted = (name: string): boolean => name.includes(values.only);
    for (const path of [makeTinyLlama(MODELS), makeTinyGptOss(MODELS)]) {
      const name = basename(path);
      if (isWanted(name)) rows.push(...(await measure(path, name, SETTINGS)));
    }
    for (const [name, model] of Object.entries({ ...MODEL_SIZES, ...(values.large ? LARGE_SIZES : {}) })) {
      if (!isWanted(name)) continue;
      const path = join(folder, 'model.gguf');
      writeMadeUpModel(path, model);
      const label = `${name} (${(statSync(path).size / 1e9).toFixed(1)} GB)`;
      rows.push(
        ...(await measure(
          path,
          label,
          values.large && name in LARGE_SIZES ? SETTINGS.slice(0, 1) : SETTINGS,
        )),
      );
      const isSmall = !(name in LARGE_SIZES);
      if (values.vulkan && isSmall && model.architecture !== 'gpt-oss' && hasSoftwareVulkan()) {
        // The device takes no tensor of more than 128 MiB: the logits of a larger vocabulary would be the CPU's.
        writeMadeUpModel(path, { ...model, vocabulary: COMMON.vocabulary });
        rows.push(...(await measureVulkan(path, label)));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  printTable(
    [
      '',
      'settings',
      'planned MiB',
      'dry run',
      'reported MiB',
      'ratio',
      'planned RAM',
      'process',
      'apart MiB',
    ],
    rows.map((row) => [
      row.model,
      row.settings,
      figure(row.plannedBytes / MIB, 1),
      figure(row.simulatedBytes === undefined ? undefined : row.simulatedBytes / MIB, 1),
      figure(row.reportedBytes / MIB, 1),
      figure(row.plannedBytes / row.reportedBytes, 3),
      figure(row.plannedRamBytes / MIB, 1),
      figure(row.anonymousBytes === undefined ? undefined : row.anonymousBytes / MIB, 1),
      figure(
        row.anonymousBytes === undefined ? undefined : (row.plannedRamBytes - row.anonymousBytes) / MIB,
        1,
      ),
    ]),
  );
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
  const apart = rows.flatMap(outsideTolerance);
  if (apart.length === 0) return;
  console.error(`\nToo far from the plan:\n${apart.join('\n')}`);
  process.exitCode = 1;
}

/** Each load in turn, in a hub of its own. */
async function measure(
  path: string,
  model: string,
  settings: readonly Partial<LoadSettings>[],
): Promise<Row[]> {
  const hub = TestHub.create();
  try {
    const client = await hub.connect();
    const shape = await readModelShape(path);
    const rows: Row[] = [];
    for (const changes of settings) {
      const load: LoadSettings = { ...TEST_LOAD, threads: 2, useMmap: 'off', ...changes };
      await client.request(UnloadModel, {});
      await client.request(UpdateSettings, { load });
      await client.request(LoadModel, { path });
      let slices: Slice[] = [{ tokens: load.batchSize, upTo: Infinity }];
      if (load.gpu === 'cpu') {
        const chat = await WatchedConversation.create(client);
        await client.request(ConfigureConversation, {
          conversationId: chat.id,
          settings: { system: 'x', maxTokens: 1 },
        });
        const tokens = Number(load.contextSize);
        const { error } = await chat.ask(longText(tokens - SPARE_TOKENS));
        if (error !== undefined) throw new Error(`${model}: ${error.message}`);
        slices = slicesOf(chat.events);
        // The context of small jobs is planned too, and made for the first of them.
        await askSmall(client, longText(Math.min(SMALL_JOB_TOKENS, tokens) - SPARE_TOKENS));
      }
      const { planned, taken } = (await client.request(SubscribeState, null)).state
        .models[0] as ResidentModel;
      if (planned === undefined || taken === undefined) throw new Error(`${model} has no plan.`);
      // Only now: a load is planned with what a dry run has said.
      const simulatedBytes = await dryRunBytes(
        client,
        path,
        leastWishes({ shape, settings: load, loraBytes: 0 }),
      );
      const [worker] = (await hub.record()).workers;
      const anonymous = load.gpu === 'cpu' ? await anonymousBytes(worker) : undefined;
      const row: Row = {
        model,
        settings: settingsText(changes),
        plannedBytes: plannedBytes(planned),
        reportedBytes: takenBytes(taken),
        simulatedBytes,
        plannedRamBytes: planned.totalRamBytes - unwrittenBytes(shape, load, slices),
        anonymousBytes: anonymous,
      };
      rows.push(row);
      console.error(
        `${model}, ${row.settings}: planned ${figure(row.plannedBytes / MIB, 1)} MiB, dry run ${figure(simulatedBytes === undefined ? undefined : simulatedBytes / MIB, 1)}, reported ${figure(row.reportedBytes / MIB, 1)}, planned RAM ${figure(row.plannedRamBytes / MIB, 1)}, process ${figure(anonymous === undefined ? undefined : anonymous / MIB, 1)}`,
      );
    }
    return rows;
  } finally {
    await hub.dispose();
  }
}

/** What the engine would take, as it says before it is loaded. */
async function dryRunBytes(client: HubClient, model: string, wishes: Wishes): Promise<number | undefined> {
  const { plan } = await client.request(PlanModel, { model, wishes, dryRun: true });
  if (plan.basis !== 'simulated') return undefined;
  return plan.weights.vramBytes + plan.weights.ramBytes + plan.kvBytes + plan.computeBytes;
}

async function askSmall(client: HubClient, text: string): Promise<void> {
  const { error } = await client.request(Generate, {
    runId: 'small',
    label: 'a small job',
    priority: 'inline',
    messages: [{ role: 'user', text }],
    tools: [],
    system: 'x',
    maxTokens: 1,
  });
  if (error !== undefined) throw new Error(error.message);
}

/** Tokens that were read at once, and how many the context held then: a slow machine reads less than a batch at a time. */
interface Slice {
  tokens: number;
  upTo: number;
}

function slicesOf(events: readonly SeenEvent[]): Slice[] {
  const done = events.flatMap(({ event }) =>
    event.type === 'progress' && event.progress.phase === 'prefill' ? [event.progress.done] : [],
  );
  return done.map((upTo, index) => ({ tokens: upTo - (done[index - 1] ?? upTo), upTo }));
}

/** What the system does not count of both contexts' buffers, since no slice of the prompt needed them whole. */
function unwrittenBytes(shape: ModelShape, settings: LoadSettings, slices: readonly Slice[]): number {
  if (settings.gpu !== 'cpu') return 0;
  const wishes = leastWishes({ shape, settings, loraBytes: 0 });
  const contexts = [wishes, smallContextWishes(wishes)].filter((context) => context !== undefined);
  const unwritten = contexts.map((context) => {
    const written = slices.map(({ tokens, upTo }) => ({
      ...context,
      batch: Math.min(tokens, context.batch),
      context: Math.min(upTo, context.context),
    }));
    const bytes = (some: Wishes): number => ramComputeBytes(shape, some, false);
    return bytes(context) - Math.max(...written.map(bytes), 0);
  });
  return unwritten.reduce((sum, bytes) => sum + bytes, 0);
}

function settingsText({
  contextSize,
  sequences = 1,
  batchSize = TEST_LOAD.batchSize,
  flashAttention = true,
  gpuLayers,
}: Partial<LoadSettings>): string {
  const more = [sequences > 1 ? `×${sequences}` : '', flashAttention ? '' : 'no flash attention', gpuLayers === undefined ? '' : `${gpuLayers} layers`]; // prettier-ignore
  return [contextSize, `batch ${batchSize}`, ...more.filter((text) => text !== '')].join(', ');
}

/** What the engine reports is enough there: the device's memory is the machine's. */
async function measureVulkan(path: string, model: string): Promise<Row[]> {
  const before = process.env.GGML_VK_VISIBLE_DEVICES;
  Object.assign(process.env, SOFTWARE_VULKAN_ENV);
  try {
    return await measure(path, `${model}, Vulkan`, [
      { gpu: 'vulkan', gpuLayers: 999, contextSize: 2_048 },
      { gpu: 'vulkan', gpuLayers: 6, contextSize: 2_048 },
    ]);
  } finally {
    if (before === undefined) delete process.env.GGML_VK_VISIBLE_DEVICES;
    else process.env.GGML_VK_VISIBLE_DEVICES = before;
  }
}

void main();
