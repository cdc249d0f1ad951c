/** `hearth chat`: one question, its answer streamed, its tool calls answered from a file. */
import { randomUUID } from 'node:crypto';
import type { HubClient } from '../client/hub-client';
import { HearthError } from '../shared/protocol/errors';
import {
  Generate,
  GenerateChanged,
  type GenerateEvent,
  type GenerateResult,
} from '../shared/protocol/generate';
import type { PromptMessage, ToolCall } from '../shared/protocol/prompt';
import { figuresParts } from '../shared/util/figures-text';
import { chatOptions, type ChatOptions } from './chat-options';
import { connectOrStart } from './connect';
import type { CliValues } from './arguments';
import { printError } from './output';

/** A model that calls tools for ever is stopped here. */
const MOST_TOOL_ROUNDS = 8;
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

export async function chat(text: string, values: CliValues): Promise<void> {
  if (text.trim() === '')
    throw new HearthError('bad-request', 'There is nothing to ask.', 'Use: hearth chat "TEXT"');
  const options = await chatOptions(values);
  const json = values.json === true;
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const client = await connectOrStart();
  try {
    const { result, toolCalls } = await converse(
      client,
      text,
      options,
      abort.signal,
      json ? undefined : printer(),
    );
    if (json) console.log(JSON.stringify(report(result, toolCalls)));
    else printSummary(result, toolCalls);
    if (result.error !== undefined) {
      if (!json) printError(result.error, false);
      process.exitCode = 1;
    }
  } finally {
    client.dispose();
  }
}

/** Asks, answers the calls if their results are known, and asks again until there is an answer. */
async function converse(
  client: HubClient,
  text: string,
  options: ChatOptions,
  signal: AbortSignal,
  print: ((event: GenerateEvent) => void) | undefined,
): Promise<{ result: GenerateResult; toolCalls: ToolCall[] }> {
  const { toolResult, ...request } = options;
  const messages: PromptMessage[] = [{ role: 'user', text }];
  const toolCalls: ToolCall[] = [];
  for (let round = 0; ; round += 1) {
    const runId = randomUUID();
    const subscription = client.on(GenerateChanged, (change) => {
      if (change.runId === runId) print?.(change.event);
    });
    const result = await client.request(
      Generate,
      { runId, label: 'hearth chat', priority: 'chat', messages, ...request },
      signal,
    );
    subscription.dispose();
    toolCalls.push(...result.toolCalls);
    if (result.toolCalls.length === 0 || toolResult === undefined || round === MOST_TOOL_ROUNDS) {
      return { result, toolCalls };
    }
    messages.push({
      role: 'assistant',
      text: result.text,
      reasoning: result.reasoning,
      toolCalls: result.toolCalls,
    });
    for (const { id, name } of result.toolCalls) {
      messages.push({ role: 'tool', callId: id, name, text: toolResult(name) });
    }
  }
}

/** Reasoning dim and progress on stderr, the answer alone on stdout. */
function printer(): (event: GenerateEvent) => void {
  let reasoning = false;
  const dim = process.stderr.isTTY;
  return (event) => {
    if (event.type === 'progress') return;
    if (event.reasoning !== '') {
      process.stderr.write(dim ? `${DIM}${event.reasoning}${PLAIN}` : event.reasoning);
      reasoning = true;
    }
    if (event.text === '') return;
    if (reasoning) process.stderr.write('\n\n');
    reasoning = false;
    process.stdout.write(event.text);
  };
}

function printSummary(result: GenerateResult, toolCalls: ToolCall[]): void {
  process.stdout.write('\n');
  for (const { name, argumentsJson } of toolCalls) console.log(`${name}(${argumentsJson})`);
  const { figures, stopReason } = result;
  const ending = stopReason === 'end' ? [] : [`stopped: ${stopReason}`];
  console.error([...figuresParts(figures), ...ending].join(' · '));
}

function report(result: GenerateResult, toolCalls: ToolCall[]): Record<string, unknown> {
  const { text, reasoning, stopReason, model, figures, error } = result;
  const calls = toolCalls.map((call) => ({ ...call, arguments: parsed(call.argumentsJson) }));
  return { text, reasoning, toolCalls: calls, stopReason, model, figures, ...(error && { error }) };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null; // The model wrote no valid JSON; `argumentsJson` has what it wrote.
  }
}
