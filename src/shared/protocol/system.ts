/** Hello, state and good-bye: what every client of the hub says. */
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { ErrorInfo } from './errors';
import type { ResidentModel } from './models';
import type { HubSettings } from './settings';

/** Raised with every change that an older side would misunderstand. */
export const PROTOCOL_VERSION = 1;

/** `window` keeps the hub alive while it is connected; the others do not. */
export type ClientKind = 'window' | 'cli' | 'test';

/**
 * The hello, its answer, `HandOver` and the code `protocol-mismatch` are what every version of Hearth understands of
 * every other one, whatever its protocol: they are frozen. A field may be added, none removed or changed.
 */
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

/** The first message on a connection; every other one but `HandOver` is refused before it. */
export const Info = new RequestType<InfoParams, HubInfo, ErrorInfo>('system/info');

/** Frozen like the hello, and allowed without it: the other side may refuse the hello. */
export interface HandOverParams {
  token: string;
  /** Of Hearth that wants to take over. */
  version: string;
}

/**
 * Asks the hub to make way for a newer one: it ends as soon as no answer runs or waits and no model is being loaded.
 * Answers at once. What is in memory then is loaded again by the hub that follows, which the first client starts.
 */
export const HandOver = new RequestType<HandOverParams, null, ErrorInfo>('system/handOver');

/** The hub makes way: connect again. What it has not answered by now, the next one must be asked. */
export const HandingOver = new NotificationType<null>('system/handingOver');

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
  /** How much longer it will wait, in ms, from how long answers have taken; unknown at first. */
  expectedMs?: number;
  conversationId?: string;
}

/** Takes an entry out of the queue, or stops its answer. What has ended meanwhile is no error. */
export const CancelQueued = new RequestType<{ id: string }, null, ErrorInfo>('queue/cancel');

/** Makes a waiting entry the next one. */
export const MoveUpQueued = new RequestType<{ id: string }, null, ErrorInfo>('queue/moveUp');

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
