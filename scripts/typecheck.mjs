// Type-checks every layer on its own, so that none sees more of the world than it may.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const layers = ['shared', 'planner', 'client', 'hub', 'worker', 'extension', 'cli'].map(
  (name) => `src/${name}`,
);
let failed = false;
for (const layer of [...layers, 'webview', 'tools', 'test']) {
  if (!existsSync(`${layer}/tsconfig.json`)) continue;
  const { status } = spawnSync(process.execPath, [tsc, '-p', layer], { stdio: 'inherit' });
  if (status !== 0) failed = true;
}
process.exitCode = failed ? 1 : 0;
