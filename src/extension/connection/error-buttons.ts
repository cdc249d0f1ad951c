/** What a person can do about an error: buttons by its code. */
import type { ErrorCode } from '../../shared/protocol/errors';

export interface ErrorButton {
  title: string;
  command: string;
}

const SHOW_LOGS: ErrorButton = { title: 'Show Logs', command: 'hearth.showLogs' };
const SWITCH_MODEL: ErrorButton = { title: 'Switch Model', command: 'hearth.switchModel' };
const RELOAD_MODEL: ErrorButton = { title: 'Reload Model', command: 'hearth.reloadModel' };
const LESS: ErrorButton = { title: 'Reload with Less…', command: 'hearth.reloadWithLess' };
const KEEP: ErrorButton = { title: 'Keep in Memory…', command: 'hearth.keepModel' };
const MAKE_ROOM: ErrorButton = { title: 'Unload and Load', command: 'hearth.makeRoom' };
const UNLOAD: ErrorButton = { title: 'Unload Model', command: 'hearth.unloadModel' };
const RETRY: ErrorButton = { title: 'Retry', command: 'hearth.reconnect' };
const RELOAD_WINDOW: ErrorButton = { title: 'Reload Window', command: 'workbench.action.reloadWindow' };
const SETTINGS: ErrorButton = { title: 'Open Settings', command: 'hearth.openSettings' };

export function errorButtons(code: ErrorCode): ErrorButton[] {
  switch (code) {
    case 'model-not-found':
    case 'model-not-a-file':
    case 'model-unreadable':
    case 'model-not-gguf':
    case 'model-damaged':
    case 'model-unsupported':
    case 'no-model':
      return [SWITCH_MODEL, SHOW_LOGS];
    case 'model-load-failed':
      return [RELOAD_MODEL, SWITCH_MODEL, SHOW_LOGS];
    case 'out-of-memory':
      return [LESS, SWITCH_MODEL, SHOW_LOGS];
    case 'library-missing':
    case 'lora-failed':
    case 'settings-conflict':
      return [SETTINGS, SWITCH_MODEL, SHOW_LOGS];
    case 'no-room':
      return [MAKE_ROOM, LESS, SWITCH_MODEL];
    case 'model-pinned':
      return [KEEP, UNLOAD];
    case 'gpu-lost':
    case 'worker-ended':
    case 'worker-unresponsive':
      return [RELOAD_MODEL, LESS, SHOW_LOGS];
    case 'hub-unreachable':
    case 'hub-lost':
    case 'not-authorized':
    case 'storage-failed':
      return [RETRY, SHOW_LOGS];
    case 'protocol-mismatch':
      return [RELOAD_WINDOW, RETRY, SHOW_LOGS];
    case 'cancelled':
      return [];
    case 'prompt-too-long':
    case 'template-failed':
    case 'conversation-not-found':
    case 'conversation-damaged':
    case 'message-not-found':
    case 'storage-full':
    case 'bad-request':
    case 'internal':
      return [SHOW_LOGS];
  }
}
