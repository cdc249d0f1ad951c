/** Which packages a package needs at run time, and where a copy of them must lie so that Node finds each of them. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const MODULES = 'node_modules';

export interface PlacedPackage {
  /** The folder of the package itself, links followed. */
  from: string;
  /** Below the copy's root, parts from the outside in: `node_modules`, name, `node_modules`, name … */
  to: string[];
}

interface Manifest {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/**
 * Finds a package from `root` as Node would, and all that it depends on. Each goes as far up as it can. What is not
 * installed is left out: an optional package, most likely.
 * @param wants false leaves an optional package out
 * @returns empty when the package itself is not there
 */
export function packageClosure(
  root: string,
  name: string,
  wants: (name: string) => boolean,
): PlacedPackage[] {
  const placed = new Map<string, string>();
  const result: PlacedPackage[] = [];
  const queue: PlacedPackage[] = [];
  const place = (wanted: string, from: string, by: string[]): void => {
    for (let depth = by.length; depth >= 0; depth -= 2) {
      const found = placed.get([...by.slice(0, depth), MODULES, wanted].join('/'));
      if (found === from) return;
      // Another version is in the way: this one goes right below who needs it.
      if (found !== undefined) return add(from, [...by, MODULES, wanted]);
    }
    add(from, [MODULES, wanted]);
  };
  const add = (from: string, to: string[]): void => {
    placed.set(to.join('/'), from);
    const entry = { from, to };
    result.push(entry);
    queue.push(entry);
  };

  const first = findPackage(root, name);
  if (first === undefined) return [];
  add(first, [MODULES, name]);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { from, to } = next;
    const { dependencies, optionalDependencies = {}, peerDependencies } = readManifest(from);
    for (const needed of Object.keys({ ...peerDependencies, ...dependencies, ...optionalDependencies })) {
      if (needed in optionalDependencies && !wants(needed)) continue;
      const found = findPackage(from, needed);
      if (found !== undefined) place(needed, found, to);
    }
  }
  return result;
}

/** Looks beside the one who needs it, then further up. */
export function findPackage(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, MODULES, name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
