import { diffLines } from 'diff';

/** Lines (from 0, within `after`) that are not in `before`, as first and last. */
export function changedLines(before: string, after: string): { first: number; last: number }[] {
  const changed: { first: number; last: number }[] = [];
  let line = 0;
  for (const part of diffLines(`${before}\n`, `${after}\n`)) {
    if (part.removed) continue;
    if (part.added) changed.push({ first: line, last: line + part.count - 1 });
    line += part.count;
  }
  return changed;
}
