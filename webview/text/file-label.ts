import type { Attachment } from '../../src/shared/protocol/conversations';

/** "scheduler.ts" and ":12-40", apart, so that a long name can be shortened and the lines stay. */
export function fileParts({ path, startLine, endLine }: Attachment): { name: string; lines: string } {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  return { name, lines: startLine === endLine ? `:${startLine}` : `:${startLine}-${endLine}` };
}

/** "scheduler.ts:12-40" */
export function fileLabel(attachment: Attachment): string {
  const { name, lines } = fileParts(attachment);
  return name + lines;
}
