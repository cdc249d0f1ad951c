/** The code in an answer that is still being written. */

const OPENING = /^([ \t]*)(`{3,}|~{3,})[^`]*$/;

/**
 * The code that an answer gives as the replacement: the first fenced block, without what stands before and after
 * it. It grows at its end only, so that it can be written while it streams: a line that may yet turn out to be the
 * closing fence is held back. Undefined while there is none; once the answer is finished and has no fence, all of
 * it is the code.
 */
export function fencedCode(answer: string, finished: boolean): string | undefined {
  const lines = answer.replaceAll('\r\n', '\n').split('\n');
  const open = lines.findIndex((line, i) => OPENING.test(line) && (finished || i < lines.length - 1));
  if (open === -1) return finished ? withoutBlankEdges(answer) : undefined;
  const fence = OPENING.exec(lines[open] ?? '')?.[2] ?? '```';
  const code: string[] = [];
  for (let i = open + 1; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const isLast = i === lines.length - 1;
    if (closes(line, fence)) return code.join('\n');
    if (isLast && (finished ? line === '' : mayBecomeFence(line, fence))) break;
    code.push(line);
  }
  return code.length === 0 && !finished ? undefined : code.join('\n');
}

function closes(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && isRunOf(text, fence.charAt(0));
}

/** Blank counts: an indented fence may follow. */
function mayBecomeFence(line: string, fence: string): boolean {
  return isRunOf(line.trim(), fence.charAt(0));
}

function isRunOf(text: string, character: string): boolean {
  return text === character.repeat(text.length);
}

function withoutBlankEdges(answer: string): string | undefined {
  const text = answer
    .replaceAll('\r\n', '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
  return text === '' ? undefined : text;
}
