// npm run bench -- NAME: runs one benchmark of test/bench, on what is built or builds it first.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ScriptError, runMain } from './lib/log.mjs';
import { ROOT, build, checkNode, ensureDependencies } from './lib/project.mjs';

const BENCHMARKS = ['stream', 'resident', 'plan', 'gpu'];

await runMain(async () => {
  checkNode();
  const [name, ...args] = process.argv.slice(2);
  if (!BENCHMARKS.includes(name)) {
    throw new ScriptError(`npm run bench -- NAME [OPTIONS], where NAME is one of: ${BENCHMARKS.join(', ')}.`);
  }
  await ensureDependencies();
  if (!existsSync(join(ROOT, 'dist', 'hub.js'))) await build();
  const file = join(ROOT, 'test', 'bench', `${name}.ts`);
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', file, ...args], { stdio: 'inherit' });
  return status ?? 1;
});
