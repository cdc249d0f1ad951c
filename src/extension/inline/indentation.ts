/** The indentation of the first line that is not blank. */
export function indentationOf(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/**
 * Moves code to where it belongs: its first line gets `indentation`, the others keep their distance to it. Models
 * often answer with code that begins at the left edge. What stands first in a text decides, so that a text that
 * grows keeps what is already there.
 */
export function reindent(code: string, indentation: string): string {
  const own = indentationOf(code);
  if (own === indentation) return code;
  return code
    .split('\n')
    .map((line) => (line.trim() === '' ? line : indentation + withoutPrefix(line, own)))
    .join('\n');
}

function withoutPrefix(line: string, prefix: string): string {
  let length = 0;
  while (length < prefix.length && line[length] === prefix[length]) length++;
  return line.slice(length);
}
