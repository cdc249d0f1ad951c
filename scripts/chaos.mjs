// npm run chaos -- --seed N: kills hub, worker and window by the hundred and checks that nothing acknowledged is lost.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftovers, filesLeft } from './lib/leftovers.mjs';
import { ScriptError, runMain, say } from './lib/log.mjs';
import { mustRun, run } from './lib/processes.mjs';
import { ROOT, build, checkNode, ensureDependencies } from './lib/project.mjs';

const HELP = `npm run chaos [-- OPTIONS]

  --seed N       the chance of a run; without it another one every time, printed first
  --kills N      kills of the hub, and of the worker (300)
  --hub N        kills of the hub only; --worker N of the worker only
  --windows N    reloads of a window in a real workbench (30)
  --races N      races of 20 clients that start at once (100)`;
const MARK = 'HEARTH_TEST_RUN';
const MODELS = join(ROOT, '.cache', 'models');

await runMain(async () => {
  checkNode();
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  if (process.platform !== 'linux') throw new ScriptError('The chaos run looks into /proc: it needs Linux.');
  await ensureDependencies();
  if (!existsSync(join(ROOT, 'dist', 'hub.js'))) await build();
  if (!existsSync(join(MODELS, 'tiny-gpt-oss.gguf'))) {
    const tool = join('tools', 'make-test-models.ts');
    await mustRun('Making the test models', process.execPath, ['--import', 'tsx', tool, MODELS], {
      cwd: ROOT,
    });
  }
  const scratch = mkdtempSync(join(tmpdir(), 'hearth-chaos-run-'));
  const mark = randomUUID();
  // Also when it is interrupted: a hub whose record is gone ends by itself.
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  try {
    const { code } = await run(
      process.execPath,
      ['--import', 'tsx', join('test', 'chaos', 'chaos.ts'), ...args],
      {
        cwd: ROOT,
        env: { ...process.env, TMPDIR: scratch, XDG_RUNTIME_DIR: '', [MARK]: mark },
        timeoutMs: 12 * 60 * 60_000,
        show: true,
      },
    );
    const left = [...(await endLeftovers(MARK, mark)), ...filesLeft(scratch)];
    if (left.length > 0) say(`Left behind:\n  ${left.join('\n  ')}`);
    else say('No process, socket or folder was left behind.');
    return code === 0 && left.length > 0 ? 1 : (code ?? 1);
  } finally {
    await endLeftovers(MARK, mark);
    rmSync(scratch, { recursive: true, force: true });
  }
});
