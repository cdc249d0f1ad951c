/**
 * What of a folder would survive a power cut: beside the folder lies its shadow, which holds a file as it was when it
 * was last flushed, and a name only once the folder that has the name was flushed. Linux only.
 *
 * The shadow is kept like a file system: `nodes/ID.file` is a content, `nodes/ID.folder` a folder of symbolic links
 * to nodes, and `ids/INODE` tells which node a file or folder of the real home is. Every change of the shadow is one
 * rename, so that a process which is killed in the middle of it leaves a state that a disk could have too.
 */
import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';

/** A folder's or a file's node. */
interface Node {
  id: string;
  kind: 'file' | 'folder';
}

export class DurableShadow {
  /** Orders flushes: one that began earlier must not undo what a later one has put down. */
  private flushes = 0;
  private readonly newest = new Map<string, number>();

  /**
   * @param home the folder that is watched
   * @param folder where the shadow is kept; not below `home`
   * @param ignored names directly below `home` that are no business of the shadow: logs, which nobody flushes
   */
  constructor(
    readonly home: string,
    readonly folder: string,
    private readonly ignored: readonly string[] = ['logs'],
  ) {}

  /** Begins anew: everything that is in the home now counts as flushed. */
  snapshot(): void {
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(join(this.folder, 'nodes'), { recursive: true });
    mkdirSync(join(this.folder, 'ids'));
    this.take(this.home);
  }

  /** A file was made: its inode number may have been another file's before, whose content it must not inherit. */
  created(path: string): void {
    if (this.isWatched(path)) this.assign(lstatSync(path).ino);
  }

  /**
   * To be called before a file or folder is flushed; the returned function after it.
   * Looking before the flush is the careful choice: what changes during a flush may not be covered by it.
   */
  flush(descriptor: number): () => void {
    const path = readlinkSync(`/proc/self/fd/${descriptor}`);
    const found = fstatSync(descriptor);
    const order = ++this.flushes;
    if (found.isDirectory()) {
      if (path !== this.home && !this.isWatched(path)) return () => undefined;
      const id = this.idOf(found.ino);
      const entries = this.entries(path);
      return () => {
        if (this.isNewest(id, order)) this.putFolder(id, entries);
      };
    }
    // A file that has lost its name already can have no name after the power cut either; it is kept all the same.
    if (!this.isWatched(path)) return () => undefined;
    const id = this.idOf(found.ino);
    const content = readFileSync(`/proc/self/fd/${descriptor}`);
    return () => {
      if (this.isNewest(id, order))
        this.put(nodePath({ id, kind: 'file' }), (to) => writeFileSync(to, content));
    };
  }

  /** The power cut: the home becomes what its shadow says, and that is the new beginning. Nobody may be using it. */
  restore(): void {
    const root = join(this.folder, nodePath({ id: this.idOf(lstatSync(this.home).ino), kind: 'folder' }));
    for (const name of readdirSync(this.home)) {
      if (!this.ignored.includes(name)) rmSync(join(this.home, name), { recursive: true, force: true });
    }
    this.lay(root, this.home);
    this.snapshot();
  }

  private take(path: string): Node {
    const found = lstatSync(path);
    const id = this.assign(found.ino);
    if (!found.isDirectory()) {
      copyFileSync(path, join(this.folder, nodePath({ id, kind: 'file' })));
      return { id, kind: 'file' };
    }
    const entries = new Map<string, Node>();
    for (const name of this.namesIn(path)) entries.set(name, this.take(join(path, name)));
    this.putFolder(id, entries);
    return { id, kind: 'folder' };
  }

  private entries(path: string): Map<string, Node> {
    const entries = new Map<string, Node>();
    for (const name of this.namesIn(path)) {
      const found = lstatSync(join(path, name), { throwIfNoEntry: false });
      if (found === undefined) continue; // Removed in this moment.
      entries.set(name, { id: this.idOf(found.ino), kind: found.isDirectory() ? 'folder' : 'file' });
    }
    return entries;
  }

  private namesIn(path: string): string[] {
    return readdirSync(path).filter((name) => path !== this.home || !this.ignored.includes(name));
  }

  private putFolder(id: string, entries: ReadonlyMap<string, Node>): void {
    const path = nodePath({ id, kind: 'folder' });
    const folder = join(this.folder, path);
    mkdirSync(folder, { recursive: true });
    for (const [name, node] of entries) {
      const target = join('..', basename(nodePath(node)));
      if (linkTarget(join(folder, name)) !== target)
        this.put(join(path, name), (to) => symlinkSync(target, to));
    }
    for (const name of readdirSync(folder)) {
      if (!entries.has(name)) rmSync(join(folder, name));
    }
  }

  /** Copies a node's folder out. What was named but never flushed itself is empty, as it is on a real disk. */
  private lay(folder: string, to: string): void {
    for (const name of readdirSync(folder)) {
      const target = join(folder, linkTarget(join(folder, name)) ?? '');
      const place = join(to, name);
      if (target.endsWith('.folder')) {
        mkdirSync(place, { mode: 0o700 });
        if (existsSync(target)) this.lay(target, place);
      } else {
        writeFileSync(place, existsSync(target) ? readFileSync(target) : '', { mode: 0o600 });
      }
    }
  }

  private isWatched(path: string): boolean {
    const [first] = relative(this.home, path).split('/');
    return first !== undefined && first !== '' && first !== '..' && !this.ignored.includes(first);
  }

  private isNewest(id: string, order: number): boolean {
    if (order < (this.newest.get(id) ?? 0)) return false;
    this.newest.set(id, order);
    return true;
  }

  private idOf(inode: number): string {
    const path = join(this.folder, 'ids', String(inode));
    return linkTarget(path) ?? this.assign(inode);
  }

  private assign(inode: number): string {
    const id = randomUUID();
    this.put(join('ids', String(inode)), (to) => symlinkSync(id, to));
    return id;
  }

  /** Puts a file or link into the shadow in one step. */
  private put(path: string, make: (to: string) => void): void {
    const temporary = join(this.folder, randomUUID());
    make(temporary);
    renameSync(temporary, join(this.folder, path));
  }
}

function nodePath({ id, kind }: Node): string {
  return join('nodes', `${id}.${kind}`);
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // There is no such link.
  }
}
