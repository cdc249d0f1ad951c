// npm run test:model: tests against a small real model, SmolLM2-135M-Instruct.
import { reasonOf, runMain, say } from './lib/log.mjs';
import { build, checkNode, ensureDependencies } from './lib/project.mjs';
import { ensureRealModel } from './lib/real-model.mjs';
import { runMocha, summary } from './lib/tiers.mjs';

await runMain(async () => {
  checkNode();
  const grep = process.argv[process.argv.indexOf('--grep') + 1];
  let result = { passed: 0, failed: 0, skipped: 0 };
  const model = await findModel();
  if (model !== undefined) {
    await ensureDependencies();
    if (!process.argv.includes('--no-build')) await build();
    result = await runMocha({
      name: 'model',
      folder: 'test/model',
      testMs: 120_000,
      limitMs: 300_000,
      ...(process.argv.includes('--grep') ? { grep } : {}),
      env: { HEARTH_REAL_MODEL: model },
    });
  }
  process.stdout.write(`${summary(result)}\n`);
  return result.failed > 0 ? 1 : 0;
});

/** Undefined where the model cannot be had: nothing is tested then, and that is said. */
async function findModel() {
  try {
    return await ensureRealModel();
  } catch (error) {
    say(`The tests with a real model do not run. ${reasonOf(error)}`);
    return undefined;
  }
}
