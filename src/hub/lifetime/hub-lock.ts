/** One hub per home and machine: who holds the lock is the hub, and the kernel frees it with the process. */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { HearthError } from '../../shared/protocol/errors';
import { isErrno } from '../storage/atomic-file';
import { alone } from './alone';

/** Longer socket paths are cut silently by Node 20 on Linux, and refused by macOS. Bytes. */
const MOST_PATH_BYTES = 100;
const NOBODY_LISTENS = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'];

/** Short and the same for every process that means this home. */
export function homeHash(home: string): string {
  return createHash('sha256').update(home).digest('hex').slice(0, 20);
}

/**
 * A private folder with a short path for the sockets; the home itself may lie too deep for one.
 * @throws HearthError when no folder is short enough
 */
export function runtimeFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['XDG_RUNTIME_DIR'];
  const user = process.platform === 'win32' ? userInfo().username : String(process.getuid?.() ?? 0);
  const candidates = [
    ...(own === undefined || own === '' ? [] : [join(own, 'hearth')]),
    join(tmpdir(), `hearth-${user}`),
    join('/tmp', `hearth-${user}`),
  ];
  for (const folder of candidates) {
    if (Buffer.byteLength(join(folder, `${'x'.repeat(20)}.sock`)) > MOST_PATH_BYTES) continue;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (isPrivate(folder)) return folder;
    } catch {
      continue; // The next candidate may be writable; if none is, the error below says so.
    }
  }
  throw new HearthError(
    'storage-failed',
    `Hearth found no folder for its local socket (tried ${candidates.join(', ')}).`,
    'Set XDG_RUNTIME_DIR to a writable folder with a short path.',
  );
}

/** In a shared folder like /tmp, somebody else may have been there first, to listen in our place. */
function isPrivate(folder: string): boolean {
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return true;
}

/** Takes the lock, or answers false if another live process has it. Held until the process ends. */
export async function takeHubLock(home: string): Promise<boolean> {
  const name = `hearth-lock-${homeHash(home)}`;
  if (process.platform === 'linux') return (await listenAt(`\0${name}`)) !== undefined;
  if (process.platform === 'win32') return (await listenAt(`\\\\.\\pipe\\${name}`)) !== undefined;
  return (await takeSocketFile(join(runtimeFolder(), `${homeHash(home)}.lock`))) !== undefined;
}

/**
 * Listens at a socket file, which a process that was killed leaves behind. Looking and removing must not be mixed with
 * another's: what looked abandoned a moment ago may be the lock of the one that was quicker, or of one that has made
 * its file and does not listen yet.
 * @returns undefined if a live process listens there, or another is about to
 */
export function takeSocketFile(path: string): Promise<Server | undefined> {
  return alone(`${path}.taking`, async () => {
    if (await answers(path)) return undefined;
    rmSync(path, { force: true });
    return listenAt(path);
  });
}

/** Undefined when somebody listens there already, or a file is in the way. */
function listenAt(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (isErrno(error, 'EADDRINUSE') || isErrno(error, 'EACCES')) resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** False only when it is certain that nobody listens: any other failure says nothing about the one who may. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(!NOBODY_LISTENS.some((code) => isErrno(error, code))));
  });
}
