/** Ember's score: its answers to generated cases, through Hearth's own hub and worker at temperature 0. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { HubClient } from '../../src/client/hub-client';
import { connectToHub } from '../../src/client/start-hub';
import { Generate, type GenerateResult } from '../../src/shared/protocol/generate';
import type { Prompt, ReasoningEffort, ToolCall } from '../../src/shared/protocol/prompt';
import type { LoraAdapter } from '../../src/shared/protocol/settings';
import { StopHub } from '../../src/shared/protocol/system';

/** A prompt and the one right answer, as `world/case.py` writes it. */
export interface ChatCase {
  kind: string;
  prompt: Prompt;
  answer: { text: string; toolCalls: ToolCall[] };
}
/** A text and how it goes on. */
export interface RawCase {
  kind: string;
  prefix: string;
  continuation: string;
}
export interface Outcome {
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

/**
 * Asks the model every case, the continuations straight from llama.cpp: they have no prompt format. Needs a build.
 * @param failed is told the first two wrong answers of each kind
 */
export async function evaluate(
  model: string,
  cases: readonly (ChatCase | RawCase)[],
  loras: LoraAdapter[],
  failed: (line: string) => void = () => undefined,
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
        failed(failureText(entry, result));
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

function failureText({ kind, prompt, answer }: ChatCase, result: GenerateResult): string {
  const last = prompt.messages.at(-1);
  return [
    `--- ${kind}, wrong. Asked: ${JSON.stringify(last?.text)}`,
    `    wanted ${JSON.stringify(answer.text)} ${JSON.stringify(calls(answer.toolCalls))}`,
    `    got    ${JSON.stringify(result.text)} ${JSON.stringify(calls(result.toolCalls))}`,
    ...(result.error === undefined ? [] : [`    error  ${result.error.message}`]),
  ].join('\n');
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

/** Row → percent: well-formed harmony, then the exact answers of each kind. */
export function scores(outcomes: readonly Outcome[]): Map<string, number> {
  const chats = outcomes.filter((one) => one.wellFormed !== undefined);
  const rows = new Map([['well-formed harmony', percent(chats, (one) => one.wellFormed)]]);
  for (const kind of new Set(outcomes.map((one) => one.kind))) {
    const some = outcomes.filter((one) => one.kind === kind);
    rows.set(
      kind,
      percent(some, (one) => one.exact),
    );
  }
  return rows;
}

/** Effort → the mean length of the analysis, in tokens. */
export function analysisTokens(outcomes: readonly Outcome[]): Map<ReasoningEffort, number> {
  const efforts = ['low', 'medium', 'high'] as const;
  return new Map(
    efforts.map((effort) => {
      const some = outcomes.filter((one) => one.effort === effort);
      return [
        effort,
        some.reduce((sum, one) => sum + (one.reasoningTokens ?? 0), 0) / Math.max(1, some.length),
      ];
    }),
  );
}

function percent(some: readonly Outcome[], test: (one: Outcome) => boolean | undefined): number {
  return (100 * some.filter(test).length) / Math.max(1, some.length);
}
