// A folder outside the checkout for what is large and the same for every checkout: built once, then only read.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './log.mjs';

const HEARTBEAT_MS = 5_000;
/** A lock without a heartbeat for this long is nobody's, even if its process id has been given to another process. */
const STALE_MS = 60_000;
const WAIT_POLL_MS = 250;

/** `$HEARTH_CACHE`, else `.cache/hearth` in the user's home. */
export function cacheFolder() {
  const own = process.env.HEARTH_CACHE;
  return own !== undefined && own !== '' ? resolve(own) : join(homedir(), '.cache', 'hearth');
}

/**
 * The folder (or file) `name` of the cache, made by `build(partial)` if it is missing. It appears by a rename, so it is
 * whole or not there. One process builds, others wait; a build that was killed goes on in the same partial folder,
 * so `build` has to accept what an earlier attempt left there.
 */
export async function cached(name, build) {
  const target = join(cacheFolder(), name);
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const release = await lock(`${target}.lock`, name);
  try {
    if (existsSync(target)) return target;
    const partial = `${target}.partial`;
    mkdirSync(partial, { recursive: true });
    const result = (await build(partial)) ?? partial;
    renameSync(result, target);
    rmSync(partial, { recursive: true, force: true });
    return target;
  } finally {
    release();
  }
}

/** Removes a cached folder, so that the next `cached` makes it anew. */
export function removeCached(name) {
  const target = join(cacheFolder(), name);
  for (const path of [target, `${target}.partial`]) rmSync(path, { recursive: true, force: true });
}

/** Takes a lock file, waiting while a living process holds it. Returns the function that gives it back. */
async function lock(file, what) {
  let told = false;
  for (;;) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder === 'stale') {
      // The rename makes one of several waiters the one that clears the lock away.
      const aside = `${file}.${randomUUID()}`;
      try {
        renameSync(file, aside);
        rmSync(aside);
      } catch {
        // Another waiter was first.
      }
      continue;
    }
    if (!told && holder !== 'gone') {
      say(`Another process (${holder}) is installing ${what}; waiting for it…`);
      told = true;
    }
    await delay(WAIT_POLL_MS);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // Removed from outside: the build goes on, and the rename at its end decides.
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    rmSync(file, { force: true });
  };
}

/** The process id that holds a lock, 'stale' if that process is no more, 'gone' if the lock has been given back. */
function holderOf(file) {
  try {
    const text = readFileSync(file, 'utf8');
    const age = Date.now() - statSync(file).mtimeMs;
    // Created and not yet written: the holder is between two system calls, or was killed there.
    if (text === '') return age > 2_000 ? 'stale' : 'gone';
    return age > STALE_MS || !isAlive(Number(text)) ? 'stale' : text;
  } catch {
    return 'gone';
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
