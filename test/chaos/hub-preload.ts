/**
 * Loaded into the hub before its own code, through NODE_OPTIONS (see `chaos-home.ts`); other processes that inherit
 * the option are left alone. Keeps the shadow of what was flushed, and kills the hub between two file calls when told.
 */
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { watchFiles, type FileCalls } from './durable-files';
import { DurableShadow } from './durable-shadow';
import { HOME_VARIABLE, KILL_FILE_VARIABLE, SHADOW_VARIABLE } from './preload-variables';

const home = process.env[HOME_VARIABLE];
const folder = process.env[SHADOW_VARIABLE];
const killFile = process.env[KILL_FILE_VARIABLE];

if (home !== undefined && folder !== undefined && basename(process.argv[1] ?? '') === 'hub.js') {
  // Through `require`, whose object every later import shares.
  const files = createRequire(__filename)('node:fs/promises') as FileCalls;
  watchFiles(files, new DurableShadow(home, folder), deathAfterSteps());
}

/** The file has the number of steps that are left; it is read once and taken away. */
function deathAfterSteps(): () => void {
  let left: number | undefined;
  return () => {
    if (left === undefined && killFile !== undefined) left = takeNumber(killFile);
    if (left === undefined) return;
    left -= 1;
    if (left < 0) process.kill(process.pid, 'SIGKILL');
  };
}

function takeNumber(path: string): number | undefined {
  try {
    const number = Number(readFileSync(path, 'utf8'));
    rmSync(path);
    return number;
  } catch {
    return undefined; // Nobody has asked for it.
  }
}
