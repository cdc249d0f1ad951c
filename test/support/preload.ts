/** Code that a test loads into a hub before the hub's own, through NODE_OPTIONS. */
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { ROOT } from './hub';

/** Bundles a file below `test/` into one that plain Node can `--require`. */
export function buildPreload(entry: string, outfile: string): void {
  buildSync({
    entryPoints: [join(ROOT, 'test', entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });
}

/** Sets environment variables that every hub started from now on inherits; the returned function takes them back. */
export function setEnvironment(values: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}

/** NODE_OPTIONS with one more file to load. */
export function requiring(file: string): string {
  return [process.env['NODE_OPTIONS'] ?? '', `--require "${file}"`].join(' ').trim();
}
