/** The checkout that is tested, and where a failed test leaves what helps to understand it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const ARTIFACTS = join(ROOT, 'artifacts');
export const DEMO_WORKSPACE = join(ROOT, 'media', 'demo-workspace');

export interface Manifest {
  publisher: string;
  name: string;
  version: string;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
}

/** A test's title as a file name. */
export function fileNameOf(title: string): string {
  return (
    title
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 100) || 'unnamed'
  );
}
