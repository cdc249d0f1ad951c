/** Checks what the chat view sends: it runs model output, so its messages are looked at before they are used. */
import type { Attachment, UserContent } from '../../shared/protocol/conversations';
import type { FromWebview, ViewCommand } from '../../shared/protocol/webview';

type Fields = Record<string, unknown>;
type MessageOf<K extends FromWebview['type']> = Extract<FromWebview, { type: K }>;
type Parsers = { [K in FromWebview['type']]: (fields: Fields) => MessageOf<K> | undefined };

const VIEW_COMMANDS: readonly ViewCommand[] = [
  'switchModel',
  'addModel',
  'reloadModel',
  'reloadWithLess',
  'makeRoom',
  'cancelLoad',
  'showLogs',
  'openSettings',
  'showMenu',
  'showQueue',
  'report',
];

/** Undefined for anything that is not a whole message. */
export function parseFromWebview(value: unknown): FromWebview | undefined {
  if (!isFields(value) || typeof value['type'] !== 'string') return undefined;
  const type = value['type'];
  return isKnown(type) ? parsers[type](value) : undefined;
}

const parsers = {
  ready: () => ({ type: 'ready' }),
  send: (fields) => {
    const content = userContent(fields['content']);
    const parentId = fields['parentId'];
    if (content === undefined) return undefined;
    if (parentId === undefined) return { type: 'send', content };
    return parentId === null || typeof parentId === 'string'
      ? { type: 'send', content, parentId }
      : undefined;
  },
  stop: (fields) => withText(fields, 'answerId', (answerId) => ({ type: 'stop', answerId })),
  continue: (fields) => withText(fields, 'answerId', (answerId) => ({ type: 'continue', answerId })),
  moveUp: (fields) => withText(fields, 'answerId', (answerId) => ({ type: 'moveUp', answerId })),
  regenerate: (fields) => withText(fields, 'answerId', (answerId) => ({ type: 'regenerate', answerId })),
  selectBranch: (fields) =>
    withText(fields, 'messageId', (messageId) => ({ type: 'selectBranch', messageId })),
  editPending: (fields) => {
    const content = fields['content'] === null ? null : userContent(fields['content']);
    if (content === undefined) return undefined;
    return withText(fields, 'pendingId', (pendingId) => ({ type: 'editPending', pendingId, content }));
  },
  setEffort: ({ effort }) =>
    effort === 'low' || effort === 'medium' || effort === 'high' ? { type: 'setEffort', effort } : undefined,
  newChat: () => ({ type: 'newChat' }),
  showHistory: () => ({ type: 'showHistory' }),
  openConversation: (fields) => withText(fields, 'id', (id) => ({ type: 'openConversation', id })),
  renameConversation: (fields) =>
    withText(fields, 'id', (id) =>
      withText(fields, 'title', (title) => ({ type: 'renameConversation', id, title })),
    ),
  deleteConversation: (fields) => withText(fields, 'id', (id) => ({ type: 'deleteConversation', id })),
  copy: (fields) => withText(fields, 'text', (text) => ({ type: 'copy', text })),
  insertAtCursor: (fields) => withText(fields, 'code', (code) => ({ type: 'insertAtCursor', code })),
  newFile: (fields) =>
    withText(fields, 'code', (code) =>
      withText(fields, 'language', (language) => ({ type: 'newFile', code, language })),
    ),
  applyCode: (fields) => {
    const about = fields['attachment'] === undefined ? undefined : attachment(fields['attachment']);
    if (fields['attachment'] !== undefined && about === undefined) return undefined;
    return withText(fields, 'code', (code) =>
      withText(fields, 'language', (language) =>
        about === undefined
          ? { type: 'applyCode', code, language }
          : { type: 'applyCode', code, language, attachment: about },
      ),
    );
  },
  openFile: (fields) => {
    const line = fields['line'];
    if (typeof line !== 'number' || !Number.isInteger(line) || line < 1) return undefined;
    return withText(fields, 'path', (path) => ({ type: 'openFile', path, line }));
  },
  openLink: (fields) => withText(fields, 'url', (url) => ({ type: 'openLink', url })),
  command: (fields) => {
    const command = VIEW_COMMANDS.find((known) => known === fields['command']);
    return command === undefined ? undefined : { type: 'command', command };
  },
} satisfies Parsers;

function isKnown(type: string): type is FromWebview['type'] {
  return Object.hasOwn(parsers, type);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withText<T>(fields: Fields, name: string, make: (text: string) => T): T | undefined {
  const value = fields[name];
  return typeof value === 'string' ? make(value) : undefined;
}

function userContent(value: unknown): UserContent | undefined {
  if (!isFields(value) || typeof value['text'] !== 'string' || !Array.isArray(value['attachments']))
    return undefined;
  const attachments: Attachment[] = [];
  for (const entry of value['attachments'] as unknown[]) {
    const parsed = attachment(entry);
    if (parsed === undefined) return undefined;
    attachments.push(parsed);
  }
  return { text: value['text'], attachments };
}

function attachment(value: unknown): Attachment | undefined {
  if (!isFields(value) || value['kind'] !== 'selection') return undefined;
  const { path, language, startLine, endLine, text } = value;
  if (typeof path !== 'string' || typeof language !== 'string' || typeof text !== 'string') return undefined;
  if (!isLine(startLine) || !isLine(endLine) || endLine < startLine) return undefined;
  return { kind: 'selection', path, language, startLine, endLine, text };
}

function isLine(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}
