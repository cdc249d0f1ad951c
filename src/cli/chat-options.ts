/** What the user typed, checked, in the protocol's terms. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HearthError } from '../shared/protocol/errors';
import type { ReasoningEffort, ToolDefinition } from '../shared/protocol/prompt';
import type { LoraAdapter, Sampling } from '../shared/protocol/settings';
import type { CliValues } from './arguments';

export interface ChatOptions {
  modelPath?: string;
  loras?: LoraAdapter[];
  instructions?: string;
  effort?: ReasoningEffort;
  sampling: Partial<Sampling>;
  maxTokens?: number;
  tools: ToolDefinition[];
  /** The result of a call of the named function. */
  toolResult?: (name: string) => string;
}

const EFFORTS: readonly ReasoningEffort[] = ['low', 'medium', 'high'];

/** @throws HearthError `bad-request` naming the option that is off */
export async function chatOptions(values: CliValues): Promise<ChatOptions> {
  const temperature = figure('--temperature', values.temperature, 0);
  const seed = figure('--seed', values.seed, 0);
  const maxTokens = figure('--max-tokens', values['max-tokens'], 1);
  const effort = EFFORTS.find((known) => known === values.effort);
  if (values.effort !== undefined && effort === undefined)
    throw bad('--effort', 'is one of low, medium and high');
  return {
    ...(values.model !== undefined && { modelPath: resolve(values.model) }),
    ...(values.lora !== undefined && { loras: values.lora.map(parseLora) }),
    ...(values.system !== undefined && { instructions: values.system }),
    ...(effort !== undefined && { effort }),
    sampling: { ...(temperature !== undefined && { temperature }), ...(seed !== undefined && { seed }) },
    ...(maxTokens !== undefined && { maxTokens }),
    tools: values.tools === undefined ? [] : parseTools(await readText('--tools', values.tools)),
    ...(values['tool-result'] !== undefined && {
      toolResult: parseToolResult(await readText('--tool-result', values['tool-result'])),
    }),
  };
}

/** `FILE` or `FILE:SCALE`; a Windows drive's colon is not a scale. */
export function parseLora(text: string): LoraAdapter {
  const match = /^(.+):(-?(?:\d+(?:\.\d*)?|\.\d+))$/.exec(text);
  if (match?.[1] === undefined) return { path: resolve(text), scale: 1 };
  return { path: resolve(match[1]), scale: Number(match[2]) };
}

/** A list of functions, each plain or wrapped as OpenAI does (`{ type: "function", function: … }`). */
export function parseTools(text: string): ToolDefinition[] {
  const value = parseJson('--tools', text);
  if (!Array.isArray(value)) throw bad('--tools', 'must be a JSON list of functions');
  return value.map((entry: unknown) => {
    const tool = isObject(entry) && isObject(entry['function']) ? entry['function'] : entry;
    if (!isObject(tool) || typeof tool['name'] !== 'string')
      throw bad('--tools', 'has an entry without a name');
    const { name, description, parameters } = tool;
    return {
      name,
      description: typeof description === 'string' ? description : '',
      ...(isObject(parameters) && { parameters }),
    };
  });
}

/** An object that has the function's name gives that entry; anything else is the result of every call. */
export function parseToolResult(text: string): (name: string) => string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // Plain text is a result too.
  }
  return (name) => {
    if (!isObject(value) || !Object.hasOwn(value, name)) return text.trimEnd();
    const own = value[name];
    return typeof own === 'string' ? own : JSON.stringify(own);
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw bad(option, `is not valid JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

async function readText(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw bad(option, `cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

function figure(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least)
    throw bad(option, `needs a number from ${least} on`);
  return value;
}

function bad(option: string, what: string): HearthError {
  return new HearthError('bad-request', `${option} ${what}.`, 'See "hearth --help".');
}
