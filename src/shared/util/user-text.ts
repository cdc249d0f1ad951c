import type { Attachment, UserContent } from '../protocol/conversations';

/**
 * The text that the model sees for a user's message: each attached selection as a fenced block under its
 * path, language and lines, then what the user wrote, unchanged.
 */
export function userText(content: UserContent): string {
  return [...content.attachments.map(attachmentText), content.text]
    .filter((part) => part !== '')
    .join('\n\n');
}

function attachmentText(attachment: Attachment): string {
  const fence = fenceFor(attachment.text);
  const body = attachment.text.endsWith('\n') ? attachment.text : `${attachment.text}\n`;
  return `${attachment.path}, ${lineRange(attachment)}:\n${fence}${attachment.language}\n${body}${fence}`;
}

/** "line 3" or "lines 3-9". */
export function lineRange(attachment: Pick<Attachment, 'startLine' | 'endLine'>): string {
  const { startLine, endLine } = attachment;
  return startLine === endLine ? `line ${startLine}` : `lines ${startLine}-${endLine}`;
}

/** A fence that the text does not contain, so that code with fences of its own stays in one block. */
export function fenceFor(text: string): string {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  return '`'.repeat(longest + 1);
}
