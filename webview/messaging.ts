/** The line to the extension: the only file that knows VS Code's webview API. */
import type { FromWebview, ToWebview } from '../src/shared/protocol/webview';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** What the view needs of its host; tests bring their own. */
export interface Messaging {
  post(message: FromWebview): void;
  onMessage(listener: (message: ToWebview) => void): void;
  /** What was saved before the view was hidden or reloaded. Not to be trusted: it may be of another version. */
  savedState(): unknown;
  saveState(state: unknown): void;
}

const MESSAGE_TYPES: Record<ToWebview['type'], true> = {
  state: true,
  conversation: true,
  event: true,
  attach: true,
  history: true,
  compose: true,
  error: true,
};

/** The discriminator is checked; the rest was typed by the extension, which was built together with this view. */
export function isToWebview(data: unknown): data is ToWebview {
  if (typeof data !== 'object' || data === null) return false;
  const { type } = data as Record<string, unknown>;
  return typeof type === 'string' && Object.hasOwn(MESSAGE_TYPES, type);
}

export function connectToExtension(): Messaging {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    onMessage: (listener) => {
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (isToWebview(data)) listener(data);
      });
    },
    savedState: () => api.getState(),
    saveState: (state) => api.setState(state),
  };
}
