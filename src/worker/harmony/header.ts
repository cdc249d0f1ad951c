/**
 * The part of a harmony message between `<|start|>` and `<|message|>`, read as it arrives.
 * About one in twenty headers of gpt-oss is malformed: words at odd places, a control token left out, an answer
 * with no header at all. So the reader accepts what it can and says where the header stops and text begins.
 */

/** What a header says. `channel` is undefined where none was named. */
export interface Header {
  channel: string | undefined;
  /** The recipient without `functions.`; undefined when the message is for the user. */
  recipient: string | undefined;
}

/** `body` is text that turned out not to belong to the header; undefined while everything still fits. */
export interface HeaderReading extends Header {
  body: string | undefined;
}

interface Field {
  kind: 'role' | 'channel' | 'constrain';
  text: string;
  /** A control token came after it, so its last word is complete. */
  sealed: boolean;
}

const CHANNELS = ['analysis', 'commentary', 'final'];
/** Names that mean "nobody in particular" or the user, so that the message is no call. */
const NO_TOOL = new Set(['', 'all', 'user', 'assistant']);
/** Longer than any channel name: what is longer is text. */
const LONGEST_NAME = 40;

/** Reads one header, piece by piece. */
export class HeaderReader {
  readonly #afterStart: boolean;
  #fields: Field[] = [{ kind: 'role', text: '', sealed: false }];

  /** `afterStart`: the model wrote `<|start|>` itself, so that a role comes first. */
  constructor(afterStart: boolean) {
    this.#afterStart = afterStart;
  }

  /** True once a channel was opened, even if it has no name yet. */
  get hasChannel(): boolean {
    return this.#fields.some((field) => field.kind === 'channel');
  }

  text(piece: string): void {
    const field = this.#fields.at(-1);
    if (field !== undefined) field.text += piece;
  }

  /** `<|channel|>` or `<|constrain|>`. */
  mark(kind: 'channel' | 'constrain'): void {
    this.seal();
    this.#fields.push({ kind, text: '', sealed: false });
  }

  /** What was read so far is complete: a control token came, or the output ended. */
  seal(): void {
    for (const field of this.#fields) field.sealed = true;
  }

  /** What the header says so far. The answer for a text never depends on the pieces in which it came. */
  read(): HeaderReading {
    const found: Found = { channel: undefined, recipient: undefined, oddChannel: undefined };
    for (const field of this.#fields) {
      const start = readField(field, found);
      if (start === undefined) continue;
      return { ...asHeader(found), body: this.#bodyFrom(field, start, found) };
    }
    return { ...asHeader(found), body: undefined };
  }

  /**
   * For a header that ended without `<|message|>`: what of it was text rather than header. Empty when all of it was
   * header, as when the output was cut there.
   */
  leftover(): HeaderReading & { body: string } {
    this.seal();
    const reading = this.read();
    if (reading.body !== undefined) return { ...reading, body: reading.body };
    if (reading.recipient !== undefined) return { ...reading, body: '' };
    if (this.hasChannel) {
      const words = this.#fields.find((field) => field.kind === 'channel')?.text.trim() ?? '';
      const known = CHANNELS.find((name) => words.startsWith(name)) ?? '';
      return { ...reading, body: words.slice(known.length).trimStart() };
    }
    const text = this.#withoutRole();
    return { channel: undefined, recipient: undefined, body: text.trim() === '' ? '' : text };
  }

  #bodyFrom(field: Field, start: number, found: Found): string {
    if (found.recipient !== undefined) return field.text.slice(start);
    // No marker at all: a bare answer, of which every word counts.
    if (field.kind === 'role') return this.#withoutRole();
    const odd = found.oddChannel;
    if (odd === undefined) return field.text.slice(start);
    // No channel has that name, and text follows: the name was text as well.
    return field.kind === 'channel'
      ? field.text.slice(field.text.indexOf(odd))
      : `${odd} ${field.text.slice(start)}`;
  }

  #withoutRole(): string {
    const text = this.#fields[0]?.text ?? '';
    return this.#afterStart ? text.replace(/^\s*assistant/, '') : text;
  }
}

interface Found {
  channel: string | undefined;
  recipient: string | undefined;
  oddChannel: string | undefined;
}

function asHeader(found: Found): Header {
  return { channel: found.channel ?? found.oddChannel, recipient: found.recipient };
}

/** Notes in `found` what the field says; returns where text begins in it, or undefined. */
function readField(field: Field, found: Found): number | undefined {
  let first = true;
  for (const match of field.text.matchAll(/\S+/g)) {
    const complete = field.sealed || match.index + match[0].length < field.text.length;
    const rest = readWord(match[0], complete, first ? field.kind : 'role', found);
    if (rest !== undefined) return match.index + rest;
    first = false;
  }
  return undefined;
}

/** Returns the offset in the word at which text begins, or undefined when the word is (or may become) header. */
function readWord(word: string, complete: boolean, kind: Field['kind'], found: Found): number | undefined {
  if (kind === 'constrain') {
    const type = /^[\w.+/-]*/.exec(word)?.[0] ?? '';
    if (type.length > LONGEST_NAME) return 0;
    return type.length === word.length ? undefined : type.length;
  }
  if (kind === 'channel') {
    const known = CHANNELS.find((name) => word.startsWith(name));
    if (known !== undefined) {
      found.channel = known;
      if (word === known) return undefined;
      const rest = readRecipient(word.slice(known.length), complete, found);
      return rest === undefined ? undefined : known.length + rest;
    }
    if (!word.startsWith('to=')) {
      if (word.length > LONGEST_NAME) return 0;
      if (complete) found.oddChannel = word;
      return undefined;
    }
  }
  if (CHANNELS.includes(word)) {
    found.channel ??= word;
    return undefined;
  }
  if (word === 'json' || word === 'code' || word === 'assistant') return undefined;
  // Without `to=` only where nothing but a recipient makes sense: an answer may begin with such a word.
  if (word.startsWith('functions.') && found.channel === 'commentary') {
    const name = /^functions\.[\w.:/-]*/.exec(word)?.[0] ?? '';
    found.recipient = toolName(name);
    return name.length === word.length ? undefined : name.length;
  }
  const rest = readRecipient(word, complete, found);
  if (rest !== 0) return rest;
  const mayGrow = [...CHANNELS, 'json', 'code', 'assistant', 'functions.'].some((known) =>
    known.startsWith(word),
  );
  return mayGrow && !complete ? undefined : 0;
}

function readRecipient(word: string, complete: boolean, found: Found): number | undefined {
  if (!complete && 'to='.startsWith(word)) return undefined;
  const recipient = /^to=[\w.:/-]*/.exec(word)?.[0];
  if (recipient === undefined) return 0;
  found.recipient = toolName(recipient.slice('to='.length));
  return recipient.length === word.length ? undefined : recipient.length;
}

function toolName(recipient: string): string | undefined {
  const name = recipient.startsWith('functions.') ? recipient.slice('functions.'.length) : recipient;
  return NO_TOOL.has(name) ? undefined : name;
}
