/** The line to the extension: the only file that knows VS Code's webview API. */
import type { FromHardwareView, ToHardwareView } from '../src/shared/protocol/hardware-view';
import type { FromWebview, ToWebview } from '../src/shared/protocol/webview';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** What a view needs of its host; tests bring their own. */
export interface Line<From, To> {
  post(message: From): void;
  onMessage(listener: (message: To) => void): void;
  /** What was saved before the view was hidden or reloaded. Not to be trusted: it may be of another version. */
  savedState(): unknown;
  saveState(state: unknown): void;
}

export type Messaging = Line<FromWebview, ToWebview>;

const MESSAGE_TYPES: Record<ToWebview['type'], true> = {
  state: true,
  conversation: true,
  event: true,
  attach: true,
  history: true,
  compose: true,
  error: true,
};

const HARDWARE_TYPES: Record<ToHardwareView['type'], true> = {
  state: true,
  hardware: true,
  sample: true,
  plan: true,
};

/** The discriminator is checked; the rest was typed by the extension, which was built together with this view. */
export function isToWebview(data: unknown): data is ToWebview {
  return hasType(data, MESSAGE_TYPES);
}

export function connectToExtension(): Messaging {
  return connect(isToWebview);
}

export function connectHardwarePanel(): Line<FromHardwareView, ToHardwareView> {
  return connect((data): data is ToHardwareView => hasType(data, HARDWARE_TYPES));
}

function hasType(data: unknown, types: Readonly<Record<string, true>>): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const { type } = data as Record<string, unknown>;
  return typeof type === 'string' && Object.hasOwn(types, type);
}

function connect<From, To>(isMessage: (data: unknown) => data is To): Line<From, To> {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    onMessage: (listener) => {
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (isMessage(data)) listener(data);
      });
    },
    savedState: () => api.getState(),
    saveState: (state) => api.setState(state),
  };
}
