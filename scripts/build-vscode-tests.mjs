// Bundles the suite that runs inside an extension host into out/test/vscode/, one file a test file.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { ROOT } from './lib/project.mjs';
import { filesUnder } from './lib/files.mjs';

rmSync(join(ROOT, 'out', 'test', 'vscode'), { recursive: true, force: true });
await esbuild.build({
  absWorkingDir: ROOT,
  entryPoints: ['test/vscode/index.ts', ...filesUnder('test/vscode', '.test.ts')],
  outbase: 'test/vscode',
  outdir: 'out/test/vscode',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'inline',
  keepNames: true,
  external: ['vscode', 'mocha'],
  logLevel: 'warning',
});
