/**
 * `HEARTH_HOME/runtime/<id>`: a copy of what hub and worker need, since VS Code deletes the folders of old versions.
 * Its package.json says what it is; any version of Hearth must be able to read it.
 */
import { compareVersions } from '../util/compare-versions';

/** Below `HEARTH_HOME`. */
export const RUNTIME_FOLDER = 'runtime';
/** Also keeps a package.json further up from telling Node what kind of module `hub.js` is. */
export const RUNTIME_MANIFEST = 'package.json';
/** What is being made or thrown away lies beside the runtimes under such a name. */
export const UNFINISHED = /^\./;

export interface RuntimeManifest {
  version: string;
  protocol: number;
  /** Epoch milliseconds: which of two builds of one version is newer. */
  builtAt: number;
  /** The `hub.js` that it was made from: gone once that version was removed or replaced by another one. */
  source: string;
}

export function runtimeManifestText({ version, ...hearth }: RuntimeManifest): string {
  const manifest = { name: 'hearth-runtime', version, private: true, type: 'commonjs', hearth };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Undefined for anything that is not a whole manifest. */
export function parseRuntimeManifest(text: string): RuntimeManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { version, hearth } = fields(value);
  const { protocol, builtAt, source } = fields(hearth);
  if (typeof version !== 'string' || typeof protocol !== 'number') return undefined;
  if (typeof builtAt !== 'number' || typeof source !== 'string') return undefined;
  return { version, protocol, builtAt, source };
}

export interface RankedRuntime {
  manifest: RuntimeManifest;
  /** Its source is still there. */
  isInstalled: boolean;
}

/**
 * Positive when `a` is to be started rather than `b`, by whichever window: what is installed before what was removed
 * (else going back to an older version would never take effect), then the newer version, then the newer build.
 */
export function compareRuntimes(a: RankedRuntime, b: RankedRuntime): number {
  return (
    Number(a.isInstalled) - Number(b.isInstalled) ||
    (compareVersions(a.manifest.version, b.manifest.version) ?? 0) ||
    a.manifest.builtAt - b.manifest.builtAt
  );
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
