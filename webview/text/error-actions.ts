/** Which buttons an error offers. The first one is what most likely helps. */
import type { ErrorCode } from '../../src/shared/protocol/errors';
import type { ViewCommand } from '../../src/shared/protocol/webview';

export type ErrorAction =
  | { kind: 'command'; command: ViewCommand; label: string }
  /** Goes on with the answer that broke off. */
  | { kind: 'continue'; label: string }
  /** Answers the same question again, or connects again. */
  | { kind: 'retry'; label: string }
  | { kind: 'newChat'; label: string };

const reload: ErrorAction = { kind: 'command', command: 'reloadModel', label: 'Reload model' };
const less: ErrorAction = { kind: 'command', command: 'reloadWithLess', label: 'Reload with less' };
const report: ErrorAction = { kind: 'command', command: 'report', label: 'Report' };
const makeRoom: ErrorAction = { kind: 'command', command: 'makeRoom', label: 'Unload and load' };
const goOn: ErrorAction = { kind: 'continue', label: 'Go on' };
const switchModel: ErrorAction = { kind: 'command', command: 'switchModel', label: 'Switch model' };
const addModel: ErrorAction = { kind: 'command', command: 'addModel', label: 'Add model' };
const settings: ErrorAction = { kind: 'command', command: 'openSettings', label: 'Open settings' };
const logs: ErrorAction = { kind: 'command', command: 'showLogs', label: 'Show logs' };
const retry: ErrorAction = { kind: 'retry', label: 'Retry' };
const newChat: ErrorAction = { kind: 'newChat', label: 'New chat' };

const ACTIONS: Record<ErrorCode, readonly ErrorAction[]> = {
  'model-not-found': [switchModel, addModel, logs],
  'model-not-a-file': [switchModel, addModel, logs],
  'model-unreadable': [switchModel, addModel, logs],
  'model-not-gguf': [switchModel, addModel, logs],
  'model-damaged': [switchModel, addModel, logs],
  'model-unsupported': [switchModel, addModel, logs],
  'model-load-failed': [reload, switchModel, logs],
  'lora-failed': [settings, reload, logs],
  'out-of-memory': [less, goOn, switchModel, report, logs],
  'settings-conflict': [settings, reload, logs],
  'library-missing': [settings, reload, report, logs],
  'gpu-lost': [goOn, reload, retry, report, logs],
  'model-pinned': [switchModel, settings],
  'no-room': [makeRoom, retry, less, switchModel],
  'no-model': [switchModel, addModel],
  cancelled: [retry],
  'prompt-too-long': [newChat, settings],
  'template-failed': [switchModel, logs],
  'worker-ended': [goOn, retry, reload, less, report, logs],
  'worker-unresponsive': [goOn, retry, report, logs],
  'conversation-not-found': [newChat, logs],
  'conversation-damaged': [newChat, logs],
  'message-not-found': [retry, logs],
  'storage-full': [retry, logs],
  'storage-failed': [retry, logs],
  'hub-unreachable': [retry, logs],
  'hub-lost': [goOn, retry, logs],
  'protocol-mismatch': [retry, logs],
  'not-authorized': [retry, logs],
  'bad-request': [logs],
  internal: [retry, logs],
};

export function errorActions(code: ErrorCode): readonly ErrorAction[] {
  return ACTIONS[code];
}
