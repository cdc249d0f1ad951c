/** Loaded into the hub and its workers: their clock is off by what a file says, and jumps when the file is changed. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { CLOCK_FILE_VARIABLE } from './preload-variables';

const file = process.env[CLOCK_FILE_VARIABLE];
const program = basename(process.argv[1] ?? '');

if (file !== undefined && (program === 'hub.js' || program === 'worker.mjs')) {
  const now = Date.now.bind(Date);
  const shifted = (): number => now() + offset(file);
  class ShiftedDate extends Date {
    constructor(...args: [] | [number | string | Date]) {
      super(args.length === 0 ? shifted() : args[0]);
    }
    static override now(): number {
      return shifted();
    }
  }
  globalThis.Date = ShiftedDate as DateConstructor;
}

function offset(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8')) || 0;
  } catch {
    return 0; // The clock is right until somebody says otherwise.
  }
}
