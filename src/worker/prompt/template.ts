/** Prompts for every model but gpt-oss: rendered with the Jinja chat template that the model's file brings along. */
import { Template } from '@huggingface/jinja';
import { HearthError } from '../../shared/protocol/errors';
import type { Prompt, PromptMessage, ToolCall } from '../../shared/protocol/prompt';
import { breakControlTokens, chooseMarker, markControlTokens } from './control-tokens';

/** What the model's file says about its format. */
export interface ChatTemplate {
  /** Jinja source (`tokenizer.chat_template`). */
  source: string;
  bosToken: string;
  eosToken: string;
  /** Every control token's text; in the prompt's own texts they are neutralised. */
  controlTokens: readonly string[];
}

export interface RenderedTemplate {
  /** Tokenize each with special tokens on and join the ids: a control token in the user's text lies across two. */
  pieces: string[];
  /** The pieces joined: what the prompt inspector shows. */
  text: string;
  /** The prompt ends inside `<think>`, so the model's first words are reasoning. */
  startsInReasoning: boolean;
}

type TemplateMessage = Record<string, unknown>;

/**
 * Renders `prompt` up to where the model goes on. `instructions` become the system message, tools are passed as
 * OpenAI describes them; `prompt.system` belongs to harmony and is not used.
 * @throws HearthError `template-failed` when the template refuses the prompt or cannot be read.
 */
export function renderTemplate(prompt: Prompt, template: ChatTemplate): RenderedTemplate {
  const marker = chooseMarker([JSON.stringify(prompt), template.source]);
  const safe = <T>(value: T): T =>
    mapStrings(value, (text) => markControlTokens(text, template.controlTokens, marker));
  const rendered = render(template, {
    messages: templateMessages(prompt).map(safe),
    ...(prompt.tools.length > 0 ? { tools: prompt.tools.map(openAiTool).map(safe) } : {}),
    add_generation_prompt: true,
    bos_token: template.bosToken,
    eos_token: template.eosToken,
    reasoning_effort: prompt.effort,
  });
  const inReasoning = /<think>\s*$/.test(rendered);
  const open = openAnswer(prompt.openAnswer, inReasoning);
  const pieces = [
    ...rendered.split(marker),
    ...open.pieces.flatMap((piece) =>
      piece.trusted ? piece.text : breakControlTokens(piece.text, template.controlTokens),
    ),
  ].filter((piece) => piece !== '');
  return { pieces, text: pieces.join(''), startsInReasoning: open.inReasoning };
}

function render(template: ChatTemplate, values: Record<string, unknown>): string {
  try {
    return new Template(template.source).render(values);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HearthError(
      'template-failed',
      `The model's chat template could not turn this conversation into a prompt: ${reason}`,
      'Some templates refuse tools, a system message or two messages of one role in a row: try without them, or use another model file.',
      template.source,
    );
  }
}

function templateMessages(prompt: Prompt): TemplateMessage[] {
  const system = prompt.instructions === '' ? [] : [{ role: 'system', content: prompt.instructions }];
  return [...system, ...prompt.messages.map(templateMessage)];
}

function templateMessage(message: PromptMessage): TemplateMessage {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.text };
    case 'tool':
      return { role: 'tool', name: message.name, tool_call_id: message.callId, content: message.text };
    case 'assistant':
      return {
        role: 'assistant',
        content: message.text,
        // Each template decides itself which earlier reasoning it shows; this is the name most of them look for.
        ...(message.reasoning === '' ? {} : { reasoning_content: message.reasoning }),
        ...(message.toolCalls.length === 0 ? {} : { tool_calls: message.toolCalls.map(templateCall) }),
      };
  }
}

function templateCall(call: ToolCall): TemplateMessage {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: parsedArguments(call) } };
}

/** Templates print the arguments with `tojson`, so they want the object; what is no object stays as it was written. */
function parsedArguments(call: ToolCall): unknown {
  try {
    const value: unknown = JSON.parse(call.argumentsJson);
    return typeof value === 'object' && value !== null ? value : call.argumentsJson;
  } catch {
    return call.argumentsJson;
  }
}

function openAiTool(tool: Prompt['tools'][number]): TemplateMessage {
  const parameters = tool.parameters ?? { type: 'object', properties: {} };
  return { type: 'function', function: { name: tool.name, description: tool.description, parameters } };
}

interface OpenPiece {
  text: string;
  trusted: boolean;
}

function openAnswer(
  open: Prompt['openAnswer'],
  inReasoning: boolean,
): { pieces: OpenPiece[]; inReasoning: boolean } {
  if (open === undefined || (open.text === '' && open.reasoning === '')) return { pieces: [], inReasoning };
  const pieces: OpenPiece[] = [];
  if (open.reasoning !== '') {
    if (!inReasoning) pieces.push({ text: '<think>\n', trusted: true });
    pieces.push({ text: open.reasoning, trusted: false });
  }
  if (open.text === '') return { pieces, inReasoning: true };
  if (inReasoning || open.reasoning !== '') pieces.push({ text: '\n</think>\n\n', trusted: true });
  pieces.push({ text: open.text, trusted: false });
  return { pieces, inReasoning: false };
}

/** A copy with every string changed, object keys too. */
function mapStrings<T>(value: T, change: (text: string) => string): T;
function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [change(key), mapStrings(item, change)]),
  );
}
