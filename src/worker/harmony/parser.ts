/**
 * Reads what gpt-oss says, while it says it. Nothing of the model's text is lost, however malformed its headers:
 * what cannot be placed is shown as answer.
 */
import { HeaderReader, type Header } from './header';
import type { Segment } from './segments';

/**
 * `end` says that the turn is over and why: `return` and `call` are the model's own ends of a turn, `end` an
 * `<|end|>` after something that only `<|return|>` or `<|call|>` should follow (a final answer, a call). An
 * `<|end|>` after analysis or a preamble makes no event, since the model goes on. A call without `toolCallEnd` was
 * cut off.
 */
export type HarmonyEvent =
  | { type: 'reasoning'; text: string }
  | { type: 'answer'; text: string }
  | { type: 'toolCallStart'; id: string; name: string }
  | { type: 'toolCallArguments'; id: string; text: string }
  | { type: 'toolCallEnd'; id: string }
  | { type: 'end'; reason: 'return' | 'call' | 'end' };

/** What the model is writing at the moment; `header` also stands for the gap between two messages. */
export type HarmonyState = 'header' | 'analysis' | 'preamble' | 'final' | 'toolCall';

type State =
  | { at: 'header'; header: HeaderReader }
  | { at: 'analysis' | 'preamble' | 'final' }
  | { at: 'toolCall'; id: string };

/** One parser reads one generation. */
export class HarmonyParser {
  #state: State;
  #calls = 0;
  readonly #callId: (index: number) => string;

  /**
   * `start` is where the prompt stopped: after `<|start|>assistant` (`header`) or inside an open message.
   * `callId` names the generation's calls, counted from 0.
   */
  constructor(
    start: 'header' | 'analysis' | 'final' = 'header',
    callId: (index: number) => string = (index) => `call_${index}`,
  ) {
    this.#state = start === 'header' ? { at: 'header', header: new HeaderReader(false) } : { at: start };
    this.#callId = callId;
  }

  get state(): HarmonyState {
    return this.#state.at;
  }

  /** Takes the next control token or piece of text, in pieces of any size. */
  push(item: Segment): HarmonyEvent[] {
    const out: HarmonyEvent[] = [];
    if ('text' in item) this.#text(item.text, out);
    else this.#special(item.special, out);
    return out;
  }

  /** The output ends here: hands out what was held back, such as an answer that still looked like a header. */
  finish(): HarmonyEvent[] {
    const out: HarmonyEvent[] = [];
    this.#abandonHeader(out);
    return out;
  }

  #text(text: string, out: HarmonyEvent[]): void {
    if (text === '') return;
    const state = this.#state;
    switch (state.at) {
      case 'header':
        state.header.text(text);
        this.#leaveHeaderAtText(state.header, out);
        return;
      case 'analysis':
        out.push({ type: 'reasoning', text });
        return;
      case 'toolCall':
        out.push({ type: 'toolCallArguments', id: state.id, text });
        return;
      case 'preamble':
      case 'final':
        out.push({ type: 'answer', text });
    }
  }

  #special(token: string, out: HarmonyEvent[]): void {
    switch (token) {
      case '<|start|>':
        this.#closeMessage(out);
        this.#state = { at: 'header', header: new HeaderReader(true) };
        return;
      case '<|channel|>':
        this.#mark('channel', out);
        return;
      case '<|constrain|>':
        this.#mark('constrain', out);
        return;
      case '<|message|>':
        this.#message(out);
        return;
      case '<|end|>':
        this.#end('end', out);
        return;
      case '<|call|>':
        this.#end('call', out);
        return;
      case '<|return|>':
      case '<|endoftext|>':
        this.#end('return', out);
        return;
      default:
        // A control token that has no meaning here is shown rather than swallowed.
        this.#openHeader(out);
        this.#text(token, out);
    }
  }

  #mark(kind: 'channel' | 'constrain', out: HarmonyEvent[]): void {
    const state = this.#state;
    if (state.at === 'header' && !(kind === 'channel' && state.header.hasChannel)) {
      state.header.seal();
      this.#leaveHeaderAtText(state.header, out);
      if (this.#state === state) {
        state.header.mark(kind);
        return;
      }
    }
    // `<|constrain|>` inside a message carries no text. `<|channel|>` there begins the next message, its
    // `<|end|><|start|>assistant` left out.
    if (kind === 'constrain') return;
    this.#closeMessage(out);
    const header = new HeaderReader(false);
    header.mark('channel');
    this.#state = { at: 'header', header };
  }

  #message(out: HarmonyEvent[]): void {
    const state = this.#state;
    // In a message that began without it, a late `<|message|>` says nothing new.
    if (state.at !== 'header') return;
    state.header.seal();
    this.#leaveHeaderAtText(state.header, out);
    if (this.#state === state) this.#open(state.header.read(), out);
  }

  #end(reason: 'return' | 'call' | 'end', out: HarmonyEvent[]): void {
    const state = this.#closeMessage(out);
    this.#state = { at: 'header', header: new HeaderReader(false) };
    if (reason !== 'end' || state === 'final' || state === 'toolCall') out.push({ type: 'end', reason });
  }

  /** Ends the message, whatever state it is in; returns what it was. */
  #closeMessage(out: HarmonyEvent[]): HarmonyState {
    this.#abandonHeader(out);
    const state = this.#state;
    if (state.at === 'toolCall') out.push({ type: 'toolCallEnd', id: state.id });
    return state.at;
  }

  #leaveHeaderAtText(header: HeaderReader, out: HarmonyEvent[]): void {
    const reading = header.read();
    if (reading.body === undefined) return;
    this.#open(reading, out);
    this.#text(reading.body, out);
  }

  #abandonHeader(out: HarmonyEvent[]): void {
    if (this.#state.at === 'header' && this.#state.header.leftover().body !== '') this.#openHeader(out);
  }

  /** Takes the header for finished, as far as it goes. */
  #openHeader(out: HarmonyEvent[]): void {
    if (this.#state.at !== 'header') return;
    const reading = this.#state.header.leftover();
    this.#open(reading, out);
    this.#text(reading.body, out);
  }

  #open(header: Header, out: HarmonyEvent[]): void {
    if (header.recipient !== undefined) {
      const id = this.#callId(this.#calls++);
      this.#state = { at: 'toolCall', id };
      out.push({ type: 'toolCallStart', id, name: header.recipient });
      return;
    }
    const at =
      header.channel === 'analysis' ? 'analysis' : header.channel === 'commentary' ? 'preamble' : 'final';
    this.#state = { at };
  }
}
