// Finds what a test run left: processes, which all inherit a mark in their environment, and files.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const GRACE_MS = 5_000;
const POLL_MS = 100;

/** Ends processes with `name=value` in their environment, after a grace; returns what they were. Linux only. */
export async function endLeftovers(name, value) {
  if (process.platform !== 'linux') return [];
  const deadline = Date.now() + GRACE_MS;
  let left = marked(`${name}=${value}`);
  while (left.length > 0 && Date.now() < deadline) {
    await delay(POLL_MS);
    left = marked(`${name}=${value}`);
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
  return left.map(({ pid, command }) => `${pid} ${command}`);
}

function marked(mark) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        // A process that has ended and waits to be collected has an empty environment.
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 200);
        return [{ pid: Number(name), command }];
      } catch {
        return []; // Ended meanwhile, or another user's.
      }
    });
}

/** What a run left in the temporary folder that it had to itself: homes, shadows, sockets of hubs. */
export function filesLeft(folder) {
  // Where the hubs of a user have their sockets: named by the user's id, and made to stay.
  const runtime = /^hearth-\d+$/;
  return readdirSync(folder)
    .filter((name) => name.startsWith('hearth-'))
    .flatMap((name) => {
      if (!runtime.test(name)) return [join(folder, name)];
      return readdirSync(join(folder, name)).map((socket) => join(folder, name, socket));
    });
}
