/** Files that are whole at every moment: written beside, flushed to the disk, then renamed into place. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HearthError } from '../../shared/protocol/errors';

const TEMPORARY = /\.[0-9a-f]{12}\.tmp$/;

/**
 * Replaces `path`; when this resolves, the new content survives a power cut, and until then the old one does.
 * @throws HearthError `storage-full` or `storage-failed`; the old content is still there
 */
export async function writeAtomic(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined); // The first error is the one to report.
    throw storageError(error, path);
  }
}

/** A rename or removal is only durable once its folder is; Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } catch (error) {
    // Some file systems have no such call either; the new content is in place all the same.
    if (!isErrno(error, 'EINVAL') && !isErrno(error, 'ENOTSUP')) throw error;
  } finally {
    await folder.close();
  }
}

/** Deletes what writes left behind that a crash interrupted. Nobody may be writing to the folder. */
export async function removeTemporaryFiles(folder: string): Promise<void> {
  try {
    const names = (await readdir(folder)).filter((name) => TEMPORARY.test(name));
    await Promise.all(names.map((name) => rm(join(folder, name), { force: true })));
  } catch (error) {
    throw storageError(error, folder);
  }
}

/** The content, or undefined if there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw storageError(error, path);
  }
}

/** Makes a folder that only its owner can read. */
export async function makePrivateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw storageError(error, path);
  }
}

export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

/** A file system's refusal in words. */
export function storageError(error: unknown, path: string): HearthError {
  if (error instanceof HearthError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (isErrno(error, 'ENOSPC') || isErrno(error, 'EDQUOT')) {
    return new HearthError(
      'storage-full',
      'The disk is full, so this could not be saved. What was saved before is unharmed.',
      `Free some space on the disk of ${path} and try again.`,
      message,
    );
  }
  return new HearthError(
    'storage-failed',
    `Hearth could not write or read ${path} (${message}).`,
    'Check that the folder exists and is writable; HEARTH_HOME can name another one.',
    message,
  );
}
