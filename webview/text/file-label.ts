import type { Attachment } from '../../src/shared/protocol/conversations';

/** "scheduler.ts:12-40" */
export function fileLabel({ path, startLine, endLine }: Attachment): string {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  return startLine === endLine ? `${name}:${startLine}` : `${name}:${startLine}-${endLine}`;
}
