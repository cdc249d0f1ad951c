/** Which whole lines a selection is about. Lines and columns count from 0, as VS Code's do. */

export interface TextRange {
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn: number;
}

export interface LineRange {
  startLine: number;
  endLine: number;
}

/** A selection that ends before the first character of a line does not mean that line. */
export function wholeLines({ startLine, endLine, endColumn }: TextRange): LineRange {
  return { startLine, endLine: endColumn === 0 && endLine > startLine ? endLine - 1 : endLine };
}

/**
 * Where a problem's surroundings begin and end: the smallest of `blocks` around it that is short enough to be read,
 * else some lines on both sides.
 */
export function enclosingLines(
  problem: LineRange,
  blocks: readonly LineRange[],
  lineCount: number,
): LineRange {
  const around = blocks
    .filter((block) => block.startLine <= problem.startLine && block.endLine >= problem.endLine)
    .filter((block) => block.endLine - block.startLine < MOST_LINES)
    .sort((a, b) => a.endLine - a.startLine - (b.endLine - b.startLine));
  const [smallest] = around;
  if (smallest !== undefined && smallest.endLine > smallest.startLine) return smallest;
  return {
    startLine: Math.max(0, problem.startLine - MARGIN),
    endLine: Math.min(lineCount - 1, problem.endLine + MARGIN),
  };
}

const MOST_LINES = 200;
const MARGIN = 10;
