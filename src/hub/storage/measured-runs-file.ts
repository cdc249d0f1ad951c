/** Keeps what loads took in `measured.json`. Losing it costs nothing but figures, so no load waits for it. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errorInfo } from '../../shared/protocol/errors';
import {
  findRun,
  matchRun,
  parseRuns,
  withRun,
  withSpeed,
  type MeasuredRun,
  type RunKey,
  type WantedRun,
} from '../engines/measured-runs';
import { makePrivateFolder, readIfThere, writeAtomic } from './atomic-file';
import type { HearthPaths } from './hearth-paths';

const VERSION = 1;
/** A speed that changed by less is not worth a write. */
const WORTH_WRITING = 0.05;

export class MeasuredRunsFile {
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private runs: readonly MeasuredRun[],
    private readonly log: (line: string) => void,
  ) {}

  /** A file that cannot be read is set aside; measuring begins anew then. */
  static async open(
    paths: Pick<HearthPaths, 'measured' | 'damaged'>,
    log: (line: string) => void,
  ): Promise<MeasuredRunsFile> {
    const text = await readIfThere(paths.measured);
    const runs = text === undefined ? [] : parseRuns(text, VERSION);
    if (runs !== undefined) return new MeasuredRunsFile(paths.measured, runs, log);
    await makePrivateFolder(paths.damaged);
    const aside = join(paths.damaged, `measured-${Date.now()}.json`);
    await rename(paths.measured, aside);
    log(`what loads took could not be read and was moved to ${aside}`);
    return new MeasuredRunsFile(paths.measured, [], log);
  }

  find(key: RunKey): MeasuredRun | undefined {
    return findRun(this.runs, key);
  }

  /** The newest run whose key has all of these. */
  match(wanted: WantedRun): MeasuredRun | undefined {
    return matchRun(this.runs, wanted);
  }

  add(run: Omit<MeasuredRun, 'tokensPerSecond'>): void {
    this.runs = withRun(this.runs, run);
    this.save();
  }

  addSpeed(key: RunKey, tokensPerSecond: number): void {
    const before = this.find(key)?.tokensPerSecond;
    this.runs = withSpeed(this.runs, key, tokensPerSecond, Date.now());
    const now = this.find(key)?.tokensPerSecond;
    const isNews = now !== undefined && (before === undefined || Math.abs(now / before - 1) > WORTH_WRITING);
    if (isNews) this.save();
  }

  /** Resolves when what was added so far is on the disk, or could not be put there. */
  flush(): Promise<void> {
    return this.writing;
  }

  /** One write after the other, so that the last one is the newest. */
  private save(): void {
    this.writing = this.writing
      .then(() => writeAtomic(this.path, `${JSON.stringify({ version: VERSION, runs: this.runs })}\n`))
      .catch((error: unknown) => this.log(`what a load took was not kept: ${errorInfo(error).message}`));
  }
}
