/** Places in a text that is being edited by two: the model and the user. Lines and columns count from 0. */

export interface Place {
  line: number;
  character: number;
}

export interface Span {
  start: Place;
  end: Place;
}

export interface TextChange {
  range: Span;
  text: string;
}

/** Where a text ends that begins at `start`. */
export function endOf(start: Place, text: string): Place {
  const lines = text.split(/\r\n|\n|\r/);
  const last = lines.at(-1) ?? '';
  return lines.length === 1
    ? { line: start.line, character: start.character + last.length }
    : { line: start.line + lines.length - 1, character: last.length };
}

/**
 * Where a span is after a change. `inside` says that the change touched it; text that is inserted exactly at one of
 * its ends stays outside.
 */
export function shifted(span: Span, change: TextChange): { span: Span; inside: boolean } {
  const { start, end } = change.range;
  const after = endOf(start, change.text);
  const isBefore = compare(end, span.start) <= 0;
  const isBehind = compare(start, span.end) >= 0;
  if (isBehind) return { span, inside: false };
  if (isBefore) {
    return {
      span: { start: moved(span.start, end, after), end: moved(span.end, end, after) },
      inside: false,
    };
  }
  return {
    span: {
      start: compare(start, span.start) < 0 ? start : span.start,
      end: compare(end, span.end) >= 0 ? after : moved(span.end, end, after),
    },
    inside: true,
  };
}

export function sameSpan(a: Span, b: Span): boolean {
  return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}

/** A place behind a change whose end moved from `from` to `to`. */
function moved(place: Place, from: Place, to: Place): Place {
  if (place.line !== from.line) return { line: place.line + to.line - from.line, character: place.character };
  return { line: to.line, character: place.character + to.character - from.character };
}

function compare(a: Place, b: Place): number {
  return a.line - b.line || a.character - b.character;
}
