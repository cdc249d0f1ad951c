/** "Hearth: Report": what is needed to look into a problem, as a document that the user reads first. */
import { open, readdir, statfs } from 'node:fs/promises';
import { cpus, homedir, release, totalmem, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { errorInfo } from '../../shared/protocol/errors';
import { ReadHardware, type HardwareSnapshot } from '../../shared/protocol/hardware';
import type { Disposable } from '../../shared/util/disposable';
import { explained } from '../connection/explain-error';
import type { Hub } from '../connection/hub';
import type { HubStore } from '../connection/hub-store';
import type { Log } from './log';
import { hardwareRows, reportText } from './report-text';

const LOG_BYTES = 16_384;
const MOST_LOGS = 5;
/** For a driver that has to wake up. */
const LOOK_MS = 15_000;

interface Deps {
  hub: Hub;
  store: HubStore;
  log: Log;
  home: string;
  version: string;
}

export function register(deps: Deps): Disposable {
  return vscode.commands.registerCommand('hearth.report', () =>
    explained(deps.log, 'Making a report', async () => {
      const content = await report(deps);
      const document = await vscode.workspace.openTextDocument({ content, language: 'markdown' });
      await vscode.window.showTextDocument(document);
    }),
  );
}

/** A report must not wait for a hub that is not there, or hangs. */
async function seenBy(hub: Hub): Promise<HardwareSnapshot | { unseen: string }> {
  if (hub.state.kind !== 'connected') return { unseen: 'unknown: there is no hub to look' };
  const patience = new AbortController();
  const late = delay(LOOK_MS, { unseen: 'unknown: the hub did not answer' }, { signal: patience.signal });
  try {
    return await Promise.race([hub.request(ReadHardware, null), late]);
  } catch (error) {
    return { unseen: `unknown: ${errorInfo(error).message}` };
  } finally {
    patience.abort();
  }
}

async function report({ hub, store, home, version }: Deps): Promise<string> {
  const session = hub.state;
  const { status } = store;
  return reportText({
    versions: [
      ['Hearth', version],
      ['Hub', session.kind === 'connected' ? session.client.info.version : session.kind],
      [vscode.env.appName, vscode.version],
      ['Node', process.version],
      ['Where', vscode.env.remoteName ?? 'this machine'],
    ],
    hardware: hardwareRows(
      {
        platform: `${process.platform} ${release()} ${process.arch}`,
        cpu: cpus()[0]?.model ?? 'unknown',
        cores: cpus().length,
        ramBytes: totalmem(),
        diskFreeBytes: await freeBytes(home),
      },
      await seenBy(hub),
    ),
    hub: status,
    logs: await lastLines(join(home, 'logs')),
    folders: [
      [home, '(Hearth home)'],
      [homedir(), '~'],
      [userInfo().username.length > 2 ? `/${userInfo().username}/` : '', '/(user)/'],
    ],
  });
}

async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined; // The report says nothing of it then.
  }
}

/** The newest logs' ends. */
async function lastLines(folder: string): Promise<{ name: string; text: string }[]> {
  const logs: { name: string; text: string; at: number }[] = [];
  for (const name of await namesIn(folder)) {
    const file = await open(join(folder, name), 'r');
    try {
      const { size, mtimeMs } = await file.stat();
      const buffer = Buffer.alloc(Math.min(size, LOG_BYTES));
      await file.read(buffer, 0, buffer.length, size - buffer.length);
      logs.push({ name, text: buffer.toString('utf8'), at: mtimeMs });
    } finally {
      await file.close();
    }
  }
  return logs.sort((a, b) => b.at - a.at).slice(0, MOST_LOGS);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.log'));
  } catch {
    return []; // Nothing has been logged yet.
  }
}
