/** Wraps the file calls of a hub, so that a shadow learns what was flushed, and so that it can die between two of them. */
import { existsSync } from 'node:fs';
import type * as Files from 'node:fs/promises';
import type { DurableShadow } from './durable-shadow';

/** The calls that the hub uses, as `node:fs/promises` has them. */
export type FileCalls = Pick<
  typeof Files,
  'open' | 'writeFile' | 'appendFile' | 'rename' | 'rm' | 'unlink' | 'mkdir'
>;

/**
 * Replaces the calls in place: whoever calls `files.open` from now on gets the wrapped one, until the returned
 * function is called.
 * @param step called before and after everything that changes a file; it may end the process
 */
export function watchFiles(
  files: FileCalls,
  shadow: DurableShadow,
  step: () => void = () => undefined,
): () => void {
  const { open, writeFile, appendFile, rename, rm, unlink, mkdir } = files;

  async function creating<T>(path: unknown, call: () => Promise<T>): Promise<T> {
    const isNew = typeof path === 'string' && !existsSync(path);
    step();
    const result = await call();
    if (isNew && existsSync(path)) shadow.created(path);
    step();
    return result;
  }

  async function stepping<T>(call: () => Promise<T>): Promise<T> {
    step();
    const result = await call();
    step();
    return result;
  }

  function watchHandle(handle: Files.FileHandle): Files.FileHandle {
    const sync = handle.sync.bind(handle);
    const datasync = handle.datasync.bind(handle);
    const flushing = async (flush: () => Promise<void>): Promise<void> => {
      step();
      const done = shadow.flush(handle.fd);
      await flush();
      done();
      step();
    };
    const write = handle.writeFile.bind(handle);
    handle.sync = () => flushing(sync);
    handle.datasync = () => flushing(datasync);
    handle.writeFile = async (data, options) => {
      step();
      // In two pieces, as the kernel may do with a long one: who dies between them leaves half a file.
      if (typeof data === 'string' && data.length > 1) {
        const half = Math.floor(data.length / 2);
        await write(data.slice(0, half), options);
        step();
        await write(data.slice(half), options);
      } else {
        await write(data, options);
      }
      step();
    };
    return handle;
  }

  Object.assign(files, {
    open: async (...args: Parameters<typeof open>) =>
      watchHandle(await creating(args[0], () => open(...args))),
    writeFile: (...args: Parameters<typeof writeFile>) => creating(args[0], () => writeFile(...args)),
    appendFile: (...args: Parameters<typeof appendFile>) => creating(args[0], () => appendFile(...args)),
    mkdir: (...args: Parameters<typeof mkdir>) => stepping(() => mkdir(...args)),
    rename: (...args: Parameters<typeof rename>) => stepping(() => rename(...args)),
    rm: (...args: Parameters<typeof rm>) => stepping(() => rm(...args)),
    unlink: (...args: Parameters<typeof unlink>) => stepping(() => unlink(...args)),
  });
  return () => {
    Object.assign(files, { open, writeFile, appendFile, rename, rm, unlink, mkdir });
  };
}
