/** Hello, state and good-bye: what every client of the hub says. */
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { ErrorInfo } from './errors';
import type { ResidentModel } from './models';
import type { HubSettings } from './settings';

/** Raised with every change that an older side would misunderstand. */
export const PROTOCOL_VERSION = 1;

/** `window` keeps the hub alive while it is connected; the others do not. */
export type ClientKind = 'window' | 'cli' | 'test';

export interface InfoParams {
  token: string;
  protocol: number;
  version: string;
  kind: ClientKind;
}

export interface HubInfo {
  protocol: number;
  version: string;
  pid: number;
}

/** The first message on a connection; every other one is refused before it. */
export const Info = new RequestType<InfoParams, HubInfo, ErrorInfo>('system/info');

export type Priority = 'chat' | 'inline' | 'completion' | 'background';

/** A request that waits for a model or is being answered. */
export interface QueueEntry {
  id: string;
  label: string;
  modelPath: string;
  priority: Priority;
  state: 'waiting' | 'running';
  /** Epoch milliseconds. */
  since: number;
  conversationId?: string;
}

export interface HubState {
  models: ResidentModel[];
  queue: QueueEntry[];
  settings: HubSettings;
}

/** Answers with the whole state; from then on `StateChanged` brings the fields that changed. */
export const SubscribeState = new RequestType<null, { sequence: number; state: HubState }, ErrorInfo>(
  'system/subscribe',
);
export const StateChanged = new NotificationType<{ sequence: number; patch: Partial<HubState> }>(
  'system/changed',
);

/** The user, or the system, ends the hub: a window that hears it does not start another one by itself. */
export const HubStopping = new NotificationType<null>('system/stopping');

/** Ends every worker, then the hub. Answers when the workers are gone. */
export const StopHub = new RequestType<null, null, ErrorInfo>('system/stop');
