/**
 * Reads the output of models that think between `<think>` and `</think>` and call tools between `<tool_call>` and
 * `</tool_call>` (the Hermes form: one JSON object with `name` and `arguments`). A model that does neither just answers.
 */
import type { HarmonyEvent } from '../harmony/parser';
import type { Segment } from '../harmony/segments';

export interface ThinkParserOptions {
  /** The prompt already ends in `<think>`. */
  startsInReasoning?: boolean;
  /** Control tokens that end the turn, such as `<|im_end|>`; any other one counts as text. */
  endTokens?: readonly string[];
  /** Names the generation's calls, counted from 0. */
  callId?: (index: number) => string;
}

type State = 'start' | 'reasoning' | 'answerStart' | 'answer' | 'toolCall';

/** Tags that matter in each state. Thinking opens only before the answer: later `<think>` is something to read. */
const TAGS: Record<State, readonly string[]> = {
  start: ['<think>', '<tool_call>'],
  reasoning: ['</think>'],
  answerStart: ['<tool_call>'],
  answer: ['<tool_call>'],
  toolCall: ['</tool_call>'],
};

/**
 * One parser reads one generation. White space right after a think tag is layout and dropped; all other text is
 * handed out, a call that is no valid JSON as answer.
 */
export class ThinkParser {
  #state: State;
  /** Text that cannot be placed yet: what may become a tag, or a call that is not complete. */
  #held = '';
  #skipSpace: boolean;
  #calls = 0;
  readonly #endTokens: readonly string[];
  readonly #callId: (index: number) => string;

  constructor(options: ThinkParserOptions = {}) {
    this.#state = options.startsInReasoning === true ? 'reasoning' : 'start';
    this.#skipSpace = options.startsInReasoning === true;
    this.#endTokens = options.endTokens ?? [];
    this.#callId = options.callId ?? ((index) => `call_${index}`);
  }

  /** Takes the next control token or piece of text, in pieces of any size. */
  push(item: Segment): HarmonyEvent[] {
    const out: HarmonyEvent[] = [];
    if ('special' in item && this.#endTokens.includes(item.special)) {
      this.#release(out);
      out.push({ type: 'end', reason: 'return' });
      return out;
    }
    this.#held += 'special' in item ? item.special : item.text;
    while (this.#step(out));
    return out;
  }

  /** The output ends here: hands out what was held back. */
  finish(): HarmonyEvent[] {
    const out: HarmonyEvent[] = [];
    this.#release(out);
    return out;
  }

  /** Returns true while there may be more to do with what is held. */
  #step(out: HarmonyEvent[]): boolean {
    if (this.#skipSpace) {
      this.#held = this.#held.trimStart();
      if (this.#held === '') return false;
      this.#skipSpace = false;
    }
    if (this.#state === 'start' && !TAGS.start.some((tag) => startsOrMayStart(this.#held.trimStart(), tag))) {
      this.#state = 'answer';
    }
    const tag = firstTag(this.#held, TAGS[this.#state]);
    if (tag === undefined) {
      if (this.#state !== 'toolCall' && this.#state !== 'start') {
        const keep = heldBack(this.#held, TAGS[this.#state]);
        this.#emit(this.#held.slice(0, this.#held.length - keep), out);
        this.#held = this.#held.slice(this.#held.length - keep);
      }
      return false;
    }
    const before = this.#held.slice(0, tag.at);
    this.#held = this.#held.slice(tag.at + tag.name.length);
    switch (tag.name) {
      case '<think>':
        this.#state = 'reasoning';
        this.#skipSpace = true;
        return true;
      case '</think>':
        this.#emit(before, out);
        this.#state = 'answerStart';
        this.#skipSpace = true;
        return true;
      case '<tool_call>':
        if (this.#state !== 'start') this.#emit(before, out);
        this.#state = 'toolCall';
        return true;
      default:
        this.#state = 'answer';
        this.#call(before, out);
        return true;
    }
  }

  #emit(text: string, out: HarmonyEvent[]): void {
    if (text === '') return;
    if (this.#state === 'answerStart') this.#state = 'answer';
    out.push({ type: this.#state === 'reasoning' ? 'reasoning' : 'answer', text });
  }

  #release(out: HarmonyEvent[]): void {
    const held = this.#held;
    this.#held = '';
    if (this.#state !== 'toolCall') {
      this.#emit(held, out);
      return;
    }
    this.#state = 'answer';
    // Some models leave the closing tag out at the end of their turn.
    this.#call(held, out, '');
  }

  #call(json: string, out: HarmonyEvent[], closing = '</tool_call>'): void {
    const call = parseCall(json);
    if (call === undefined) {
      this.#emit(`<tool_call>${json}${closing}`, out);
      return;
    }
    const id = this.#callId(this.#calls++);
    out.push({ type: 'toolCallStart', id, name: call.name });
    out.push({ type: 'toolCallArguments', id, text: call.argumentsJson });
    out.push({ type: 'toolCallEnd', id });
  }
}

function parseCall(json: string): { name: string; argumentsJson: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, arguments: args } = value as Record<string, unknown>;
  if (typeof name !== 'string') return undefined;
  return { name, argumentsJson: typeof args === 'string' ? args : JSON.stringify(args ?? {}) };
}

function firstTag(text: string, tags: readonly string[]): { at: number; name: string } | undefined {
  let first: { at: number; name: string } | undefined;
  for (const name of tags) {
    const at = text.indexOf(name);
    if (at !== -1 && (first === undefined || at < first.at)) first = { at, name };
  }
  return first;
}

function startsOrMayStart(text: string, tag: string): boolean {
  return text.startsWith(tag) || tag.startsWith(text);
}

/** How many characters at the end may be the beginning of a tag. */
function heldBack(text: string, tags: readonly string[]): number {
  const longest = Math.max(...tags.map((tag) => tag.length));
  for (let length = Math.min(text.length, longest - 1); length > 0; length--) {
    const tail = text.slice(text.length - length);
    if (tags.some((tag) => tag.startsWith(tail))) return length;
  }
  return 0;
}
