/** Where the lines that a question was about are now. */

/**
 * The first line (from 0) of `lines` in a document: where they were, or, if they moved, the only other place with
 * the same text. Undefined when they were changed, or stand in several places.
 */
export function placeOfLines(document: string, lines: string, startLine: number): number | undefined {
  const all = document.split(/\r\n|\n|\r/);
  const wanted = lines.split(/\r\n|\n|\r/);
  const isAt = (first: number): boolean =>
    first >= 0 && first + wanted.length <= all.length && wanted.every((line, i) => all[first + i] === line);
  if (isAt(startLine)) return startLine;
  const places = all.map((_, i) => i).filter(isAt);
  return places.length === 1 ? places[0] : undefined;
}
