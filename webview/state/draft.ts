/** The composer's content: what was typed and attached, and not yet sent. */
import type { Attachment, UserContent } from '../../src/shared/protocol/conversations';
import { EMPTY_DRAFT, type Draft } from './chat-state';

export function attachmentKey({ path, startLine, endLine }: Attachment): string {
  return `${path}:${startLine}-${endLine}`;
}

/** Adds what is not there yet; the same lines of the same file are taken anew, since the file may have changed. */
export function withAttachments(present: readonly Attachment[], added: readonly Attachment[]): Attachment[] {
  const byKey = new Map(present.map((attachment) => [attachmentKey(attachment), attachment]));
  for (const attachment of added) byKey.set(attachmentKey(attachment), attachment);
  return [...byKey.values()];
}

/** True if there is something to send. */
export function hasContent({ text, attachments }: UserContent): boolean {
  return text.trim() !== '' || attachments.length > 0;
}

/** Reads a draft that an earlier life of the view saved, whatever its version was. */
export function readDraft(saved: unknown): Draft {
  if (!isRecord(saved) || !isRecord(saved['draft'])) return EMPTY_DRAFT;
  const { text, attachments, branchFrom } = saved['draft'];
  return {
    text: typeof text === 'string' ? text : '',
    attachments: Array.isArray(attachments) ? attachments.filter(isAttachment) : [],
    branchFrom: typeof branchFrom === 'string' ? branchFrom : null,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isAttachment(value: unknown): value is Attachment {
  return (
    isRecord(value) &&
    value['kind'] === 'selection' &&
    [value['path'], value['language'], value['text']].every((field) => typeof field === 'string') &&
    [value['startLine'], value['endLine']].every((field) => typeof field === 'number')
  );
}
