/** What the kernel says of itself in small files (/proc, /sys). */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename } from 'node:path';

/** Every answer is undefined, or empty, where the kernel has nothing to say. */
export class SystemFiles {
  /** @param root another one for tests */
  constructor(private readonly root = '/') {}

  async text(...path: string[]): Promise<string | undefined> {
    try {
      return await readFile(this.place(path), 'utf8');
    } catch {
      return undefined; // Which files there are depends on the hardware.
    }
  }

  /** A file of one line. */
  async line(...path: string[]): Promise<string | undefined> {
    return (await this.text(...path))?.trim();
  }

  async names(...path: string[]): Promise<string[]> {
    try {
      return (await readdir(this.place(path))).sort();
    } catch {
      return []; // As above.
    }
  }

  /** The last name of what a link points to. */
  async target(...path: string[]): Promise<string | undefined> {
    try {
      return basename(await realpath(this.place(path)));
    } catch {
      return undefined; // As above.
    }
  }

  /** Not normalised: ".." behind a link is what the link's target lies in. */
  private place(path: string[]): string {
    return [this.root, ...path].join('/');
  }
}
