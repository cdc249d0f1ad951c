/**
 * Puts a prompt into gpt-oss's own format. The layout is that of openai-harmony 0.0.8
 * (`render_conversation_for_completion`), checked token by token in test/integration/harmony-goldens.test.ts.
 */
import type { Prompt, PromptMessage, ToolCall } from '../../shared/protocol/prompt';
import type { Segment } from './segments';
import { renderToolsSection } from './tool-types';

/**
 * The whole prompt, up to where the model goes on: after `<|start|>assistant`, or inside the open message of
 * `prompt.openAnswer`.
 *
 * Analysis is dropped up to the last final answer and kept after it, so that it survives between the tool calls of
 * one turn. openai-harmony's `auto_drop_analysis` stops at the *first* final answer instead; its documentation and
 * the model's own chat template say what is done here.
 */
export function renderHarmony(prompt: Prompt): Segment[] {
  const out: Segment[] = [];
  if (prompt.system !== '') out.push(...message(['system'], prompt.system, '<|end|>'));
  const developer = developerMessage(prompt);
  if (developer !== '') out.push(...message(['developer'], developer, '<|end|>'));
  const lastFinal = prompt.messages.findLastIndex(isFinalAnswer);
  prompt.messages.forEach((entry, index) => out.push(...renderMessage(entry, index > lastFinal)));
  out.push(...openMessage(prompt.openAnswer));
  return out;
}

/** Where the model's output begins: the state in which a `HarmonyParser` has to start for this prompt. */
export function openChannel(prompt: Prompt): 'header' | 'analysis' | 'final' {
  if (prompt.openAnswer === undefined) return 'header';
  if (prompt.openAnswer.text !== '') return 'final';
  return prompt.openAnswer.reasoning === '' ? 'header' : 'analysis';
}

function developerMessage(prompt: Prompt): string {
  const sections: string[] = [];
  if (prompt.instructions !== '') sections.push('# Instructions', prompt.instructions);
  if (prompt.tools.length > 0) sections.push(renderToolsSection(prompt.tools));
  return sections.join('\n\n');
}

function isFinalAnswer(entry: PromptMessage): boolean {
  return entry.role === 'assistant' && entry.toolCalls.length === 0 && entry.text !== '';
}

function renderMessage(entry: PromptMessage, keepAnalysis: boolean): Segment[] {
  switch (entry.role) {
    case 'user':
      return message(['user'], entry.text, '<|end|>');
    case 'tool':
      return message([`functions.${entry.name}`, ' to=assistant'], entry.text, '<|end|>', 'commentary');
    case 'assistant': {
      const out: Segment[] = [];
      if (keepAnalysis && entry.reasoning !== '') {
        out.push(...message(['assistant'], entry.reasoning, '<|end|>', 'analysis'));
      }
      if (entry.text !== '') {
        // Text before a tool call is a preamble, which belongs on the commentary channel.
        const channel = entry.toolCalls.length > 0 ? 'commentary' : 'final';
        out.push(...message(['assistant'], entry.text, '<|end|>', channel));
      }
      for (const call of entry.toolCalls) out.push(...toolCall(call));
      return out;
    }
  }
}

function toolCall(call: ToolCall): Segment[] {
  return [
    { special: '<|start|>' },
    { text: 'assistant' },
    { text: ` to=functions.${call.name}` },
    { special: '<|channel|>' },
    { text: 'commentary' },
    { text: ' ' },
    { special: '<|constrain|>' },
    { text: 'json' },
    { special: '<|message|>' },
    ...body(call.argumentsJson),
    { special: '<|call|>' },
  ];
}

function openMessage(open: Prompt['openAnswer']): Segment[] {
  const prefix: Segment[] = [{ special: '<|start|>' }, { text: 'assistant' }];
  if (open === undefined || (open.text === '' && open.reasoning === '')) return prefix;
  if (open.text === '') return message(['assistant'], open.reasoning, undefined, 'analysis');
  const analysis = open.reasoning === '' ? [] : message(['assistant'], open.reasoning, '<|end|>', 'analysis');
  return [...analysis, ...message(['assistant'], open.text, undefined, 'final')];
}

/** One message; without `end` it stays open. The header's parts are tokenized apart, as openai-harmony does. */
function message(header: string[], text: string, end: string | undefined, channel?: string): Segment[] {
  const out: Segment[] = [{ special: '<|start|>' }, ...header.map((part) => ({ text: part }))];
  if (channel !== undefined) out.push({ special: '<|channel|>' }, { text: channel });
  out.push({ special: '<|message|>' }, ...body(text));
  if (end !== undefined) out.push({ special: end });
  return out;
}

function body(text: string): Segment[] {
  return text === '' ? [] : [{ text }];
}
