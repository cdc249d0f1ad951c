/**
 * The discovery record: how a client finds the hub of a `HEARTH_HOME`. A 0600 file in a 0700 folder.
 * Versions with other protocols read it too: a field may be added, none removed or changed.
 */

/** Below `HEARTH_HOME`. */
export const HUB_RECORD_FILE = 'hub.json';

export interface HubRecord {
  pid: number;
  /** Epoch milliseconds at which the hub started; with `bootId` it tells a reused pid from the real one. */
  startedAt: number;
  bootId: string;
  protocol: number;
  version: string;
  /** Path of the local socket, or name of the Windows pipe. */
  socket: string;
  /** Random; whoever says hello must know it. */
  token: string;
  /** Pids of the workers, so that the next hub can end those that a crash left behind. */
  workers: number[];
  /** Paths of the models in memory: what a hub that follows a crash loads again. */
  models: string[];
  /** The folder below `runtime/` that the hub runs from; undefined for one that runs where it was built. */
  runtime?: string;
}

/** What a starting hub tells the process that started it. */
export type HubStartMessage =
  | { type: 'ready' }
  /** Another hub serves this home: connect to that one. */
  | { type: 'exists' }
  | { type: 'failed'; message: string; advice: string };

/** Undefined for anything that is not a whole record. */
export function parseHubRecord(text: string): HubRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startedAt, bootId, protocol, version, socket, token, workers, models, runtime } =
    value as Record<string, unknown>;
  if (typeof pid !== 'number' || typeof startedAt !== 'number' || typeof protocol !== 'number')
    return undefined;
  if (typeof bootId !== 'string' || typeof version !== 'string') return undefined;
  if (typeof socket !== 'string' || typeof token !== 'string') return undefined;
  const list = (entries: unknown): unknown[] => (Array.isArray(entries) ? entries : []);
  return {
    pid,
    startedAt,
    bootId,
    protocol,
    version,
    socket,
    token,
    workers: list(workers).filter((entry) => typeof entry === 'number'),
    models: list(models).filter((entry) => typeof entry === 'string'),
    ...(typeof runtime === 'string' && { runtime }),
  };
}
