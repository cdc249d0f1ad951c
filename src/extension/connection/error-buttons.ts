/** What a person can do about an error: buttons by its code. */
import type { ErrorCode } from '../../shared/protocol/errors';

export interface ErrorButton {
  title: string;
  command: string;
}

const SHOW_LOGS: ErrorButton = { title: 'Show Logs', command: 'hearth.showLogs' };
const SWITCH_MODEL: ErrorButton = { title: 'Switch Model', command: 'hearth.switchModel' };
const RELOAD_MODEL: ErrorButton = { title: 'Reload Model', command: 'hearth.reloadModel' };
const RETRY: ErrorButton = { title: 'Retry', command: 'hearth.reconnect' };
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
    case 'lora-failed':
      return [SETTINGS, SWITCH_MODEL, SHOW_LOGS];
    case 'worker-ended':
    case 'worker-unresponsive':
      return [RELOAD_MODEL, SHOW_LOGS];
    case 'hub-unreachable':
    case 'hub-lost':
    case 'not-authorized':
    case 'protocol-mismatch':
    case 'storage-failed':
      return [RETRY, SHOW_LOGS];
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
