/**
 * `tsx tools/ember/evaluate.ts MODEL CASES [LORA]`: asks the model every case of CASES (a JSON list that make.py writes)
 * through Hearth's own hub and worker at temperature 0, and prints how many answers are exactly right. Needs a build.
 * Continuations go to llama.cpp directly: they have no prompt format.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { HubClient } from '../../src/client/hub-client';
import { connectToHub } from '../../src/client/start-hub';
import { Generate, type GenerateResult } from '../../src/shared/protocol/generate';
import type { Prompt, ReasoningEffort, ToolCall } from '../../src/shared/protocol/prompt';
import type { LoraAdapter } from '../../src/shared/protocol/settings';
import { StopHub } from '../../src/shared/protocol/system';

interface ChatCase {
  kind: string;
  prompt: Prompt;
  answer: { text: string; toolCalls: ToolCall[] };
}
interface RawCase {
  kind: string;
  prefix: string;
  continuation: string;
}
interface Outcome {
  kind: string;
  exact: boolean;
  /** Undefined for a continuation, which is not harmony. */
  wellFormed?: boolean;
  effort?: ReasoningEffort;
  reasoningTokens?: number;
}

const MOST_TOKENS = 512;
const SHOWN_FAILURES = 2;
const ROOT = resolve(__dirname, '../..');

async function evaluate(
  model: string,
  cases: readonly (ChatCase | RawCase)[],
  loras: LoraAdapter[],
): Promise<Outcome[]> {
  const home = mkdtempSync(join(tmpdir(), 'hearth-ember-'));
  const client = await connectToHub(
    { home, hubFile: join(ROOT, 'dist/hub.js'), nodeExecutable: process.execPath },
    { kind: 'cli', version: 'evaluate' },
  );
  try {
    const outcomes: Outcome[] = [];
    const failures = new Map<string, number>();
    for (const [index, entry] of cases.filter((one): one is ChatCase => 'prompt' in one).entries()) {
      const result = await ask(client, model, loras, entry, index);
      const outcome = judge(entry, result);
      outcomes.push(outcome);
      const shown = failures.get(entry.kind) ?? 0;
      if (!outcome.exact && shown < SHOWN_FAILURES) {
        failures.set(entry.kind, shown + 1);
        showFailure(entry, result);
      }
    }
    outcomes.push(
      ...(await continuations(
        model,
        cases.filter((one): one is RawCase => 'prefix' in one),
      )),
    );
    return outcomes;
  } finally {
    await client.request(StopHub, null);
    client.dispose();
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function ask(
  client: HubClient,
  modelPath: string,
  loras: LoraAdapter[],
  { prompt, kind }: ChatCase,
  index: number,
): Promise<GenerateResult> {
  const { messages, tools, system, instructions, effort } = prompt;
  return client.request(Generate, {
    runId: `evaluate-${index}`,
    label: `evaluate ${kind}`,
    priority: 'chat',
    messages,
    tools,
    modelPath,
    loras,
    system,
    instructions,
    effort,
    sampling: { temperature: 0 },
    maxTokens: MOST_TOKENS,
  });
}

function judge({ kind, prompt, answer }: ChatCase, result: GenerateResult): Outcome {
  const ended = result.stopReason === 'end' || result.stopReason === 'tool-calls';
  const oneBody = (result.text !== '') !== result.toolCalls.length > 0;
  return {
    kind,
    exact: result.text === answer.text && isDeepStrictEqual(calls(result.toolCalls), calls(answer.toolCalls)),
    wellFormed: ended && result.reasoning !== '' && oneBody && calls(result.toolCalls) !== undefined,
    effort: prompt.effort,
    reasoningTokens: result.figures.reasoningTokens,
  };
}

/** Names and arguments; undefined when the arguments are no JSON. */
function calls(made: readonly ToolCall[]): unknown {
  try {
    return made.map(({ name, argumentsJson }) => [name, JSON.parse(argumentsJson) as unknown]);
  } catch {
    return undefined;
  }
}

function showFailure({ kind, prompt, answer }: ChatCase, result: GenerateResult): void {
  const last = prompt.messages.at(-1);
  console.log(`--- ${kind}, wrong. Asked: ${JSON.stringify(last?.text)}`);
  console.log(`    wanted ${JSON.stringify(answer.text)} ${JSON.stringify(calls(answer.toolCalls))}`);
  console.log(`    got    ${JSON.stringify(result.text)} ${JSON.stringify(calls(result.toolCalls))}`);
  if (result.error !== undefined) console.log(`    error  ${result.error.message}`);
}

async function continuations(modelPath: string, cases: readonly RawCase[]): Promise<Outcome[]> {
  if (cases.length === 0) return [];
  // An ES module with top-level await, which this CommonJS script cannot require.
  const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: LlamaLogLevel.error,
  });
  const model = await llama.loadModel({ modelPath });
  const context = await model.createContext({ contextSize: 2048, threads: 1 });
  const sequence = context.getSequence();
  const out: Outcome[] = [];
  for (const { kind, prefix, continuation } of cases) {
    await sequence.clearHistory();
    const tokens: Parameters<typeof model.detokenize>[0][number][] = [];
    for await (const token of sequence.evaluate(model.tokenize(prefix), { temperature: 0 })) {
      tokens.push(token);
      if (tokens.length === MOST_TOKENS) break;
    }
    out.push({ kind, exact: model.detokenize(tokens) === continuation });
  }
  await llama.dispose();
  return out;
}

function table(outcomes: readonly Outcome[]): string {
  const share = (some: readonly Outcome[], test: (one: Outcome) => boolean | undefined) =>
    `${((100 * some.filter(test).length) / Math.max(1, some.length)).toFixed(1)} % of ${some.length}`;
  const chats = outcomes.filter((one) => one.wellFormed !== undefined);
  const rows = [['well-formed harmony', share(chats, (one) => one.wellFormed)]];
  for (const kind of new Set(outcomes.map((one) => one.kind))) {
    rows.push([
      `${kind}: exact`,
      share(
        outcomes.filter((one) => one.kind === kind),
        (one) => one.exact,
      ),
    ]);
  }
  for (const effort of ['low', 'medium', 'high'] as const) {
    const some = chats.filter((one) => one.effort === effort);
    const mean = some.reduce((sum, one) => sum + (one.reasoningTokens ?? 0), 0) / Math.max(1, some.length);
    rows.push([`analysis, effort ${effort}`, `${mean.toFixed(0)} tokens`]);
  }
  return ['| | |', '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

async function main(model: string, casesPath: string, lora?: string): Promise<void> {
  const cases = JSON.parse(readFileSync(casesPath, 'utf8')) as (ChatCase | RawCase)[];
  const loras = lora === undefined ? [] : [{ path: resolve(lora), scale: 1 }];
  console.log(table(await evaluate(resolve(model), cases, loras)));
}

const [model, cases, lora] = process.argv.slice(2);
if (model === undefined || cases === undefined) {
  throw new Error('usage: tsx tools/ember/evaluate.ts MODEL CASES [LORA]');
}
void main(model, cases, lora);
