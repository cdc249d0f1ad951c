/** How one model wants to be spoken to, and how to read what it says. */
import { HarmonyParser, type HarmonyEvent } from '../harmony/parser';
import { openChannel, renderHarmony } from '../harmony/render';
import type { Segment } from '../harmony/segments';
import type { Prompt } from '../../shared/protocol/prompt';
import { renderTemplate, type ChatTemplate } from './template';
import { ThinkParser } from './think-parser';
import { segmentsToTokens, type Tokenizer } from './tokenize';

export interface OutputParser {
  push(item: Segment): HarmonyEvent[];
  finish(): HarmonyEvent[];
}

/** A prompt as the model gets it, and the parser for its answer to just this prompt. */
export interface EncodedPrompt {
  tokens: number[];
  parser: OutputParser;
  /** The parser says when the turn is over; else the model's end tokens do. */
  parserEnds: boolean;
}

export interface PromptFormat {
  kind: 'harmony' | 'template';
  encode(prompt: Prompt): EncodedPrompt;
}

/** gpt-oss: rendered by rule, without a template. */
export function harmonyFormat(tokenizer: Tokenizer): PromptFormat {
  return {
    kind: 'harmony',
    encode: (prompt) => ({
      tokens: segmentsToTokens(renderHarmony(prompt), tokenizer),
      parser: new HarmonyParser(openChannel(prompt)),
      parserEnds: true,
    }),
  };
}

/**
 * Every other model: by the template in its file.
 * @param bosToken put before the prompt unless the template did so itself; undefined for models without one
 */
export function templateFormat(
  template: ChatTemplate,
  tokenizer: Tokenizer,
  bosToken: number | undefined,
  endTokens: readonly string[],
): PromptFormat {
  return {
    kind: 'template',
    encode: (prompt) => {
      const { pieces, startsInReasoning } = renderTemplate(prompt, template);
      const tokens = pieces.flatMap((piece) => tokenizer.encode(piece, true));
      if (bosToken !== undefined && tokens[0] !== bosToken) tokens.unshift(bosToken);
      return { tokens, parser: new ThinkParser({ startsInReasoning, endTokens }), parserEnds: false };
    },
  };
}
