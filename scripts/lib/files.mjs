// Finds files by the end of their name. (Node 20 has no glob.)
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './project.mjs';

/** Paths relative to the checkout, with forward slashes, in a fixed order. */
export function filesUnder(folder, ending) {
  const start = join(ROOT, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith(ending))
    .sort();
}
