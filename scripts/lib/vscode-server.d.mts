import type { ChildProcess } from 'node:child_process';
import type { VscodeServerFiles } from './code-server.mjs';

export interface RunningVscodeServer {
  port: number;
  /** `http://127.0.0.1:PORT` */
  origin: string;
  process: ChildProcess;
  stop(): Promise<void>;
}
export const QUIET_SETTINGS: Readonly<Record<string, unknown>>;
export function startVscodeServer(options: {
  server: Pick<VscodeServerFiles, 'node' | 'serverMain'>;
  dataDir: string;
  port?: number | string;
  tokenFile?: string;
  testDriver?: boolean;
  env?: Readonly<Record<string, string | undefined>>;
}): Promise<RunningVscodeServer>;
export function writeSettings(
  dataDir: string,
  settings: Readonly<Record<string, unknown>>,
  options?: { keep?: boolean },
): void;
export function linkExtension(
  dataDir: string,
  root: string,
  manifest: { publisher: string; name: string; version: string },
): void;
