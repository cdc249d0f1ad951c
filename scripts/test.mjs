// npm test: installs what the tests need, runs them tier by tier, and ends with "N passed, N failed".
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureCodeServer } from './lib/code-server.mjs';
import { ensureDebianPackages } from './lib/debian-packages.mjs';
import { filesUnder } from './lib/files.mjs';
import { ScriptError, reasonOf, runMain, say } from './lib/log.mjs';
import { findOnPath, mustRun } from './lib/processes.mjs';
import { ROOT, build, checkNode, ensureDependencies } from './lib/project.mjs';
import { addUp, runMocha, runTier, summary } from './lib/tiers.mjs';

const HELP = `npm test [-- OPTIONS]

  --tier NAME    only this tier: unit, integration, chaos, vscode, e2e; may be given more than once
                 (desktop, the vscode tier in a desktop VS Code, runs only when asked for)
  --grep TEXT    only tests whose title has this text
  --no-build     tests what was built before`;

/** In the order of what they cost. A browser is what only the last ones need. */
const TIERS = {
  unit: {
    testMs: 2_000,
    limitMs: 120_000,
    ownTemp: true,
    require: './test/support/count-disposables.ts',
  },
  integration: { testMs: 60_000, limitMs: 600_000, models: true, ownTemp: true },
  chaos: { testMs: 180_000, limitMs: 240_000, models: true, ownTemp: true },
  vscode: { limitMs: 180_000, models: true, browser: true },
  e2e: { testMs: 120_000, limitMs: 600_000, models: true, browser: true },
  desktop: { limitMs: 300_000, models: true, onRequest: true },
};
const MODELS = join(ROOT, '.cache', 'models');

await runMain(async () => {
  checkNode();
  const options = readArguments();
  if (options.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  await ensureDependencies();
  if (!options['no-build']) await build();
  const names = options.tier ?? Object.keys(TIERS).filter((name) => !TIERS[name].onRequest);
  if (names.some((name) => TIERS[name].models)) await prepareModels();
  const reason = names.some((name) => TIERS[name].browser) ? await whyNoBrowser() : undefined;
  const results = [];
  for (const name of names) results.push(await runOrSkip(name, reason, options.grep));
  const total = addUp(results);
  process.stdout.write(`${summary(total)}\n`);
  return total.failed > 0 ? 1 : 0;
});

async function runOrSkip(name, noBrowser, grep) {
  const tier = TIERS[name];
  if (tier.browser && noBrowser !== undefined) {
    say(`\n${name}: skipped. ${noBrowser}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const env = { HEARTH_TEST_MODELS: MODELS };
  if (name !== 'vscode' && name !== 'desktop') {
    return runMocha({ ...tier, name, folder: `test/${name}`, grep, env });
  }
  if (filesUnder('test/vscode', '.test.ts').length === 0) throw new ScriptError('test/vscode has no tests.');
  await mustRun('Bundling the tests', process.execPath, [join(ROOT, 'scripts', 'build-vscode-tests.mjs')]);
  const runner = name === 'vscode' ? 'run-in-browser.ts' : 'run-in-desktop.ts';
  const args = ['--import', 'tsx', join('test', 'vscode', runner)];
  return runTier({ ...tier, name, args, env: { ...env, HEARTH_TEST_GREP: grep ?? '' } });
}

/** The small models that tests load; made here, because they are too large to keep and quick to make. */
async function prepareModels() {
  const packages = await ensureDebianPackages(['libvulkan1', 'mesa-vulkan-drivers']);
  if (packages.length > 0) say('Without them, tests of a Vulkan device skip themselves.');
  const tool = join('tools', 'make-test-models.ts');
  if (!existsSync(join(ROOT, tool))) return;
  say('Making the test models …');
  await mustRun('Making the test models', process.execPath, ['--import', 'tsx', tool, MODELS], {
    cwd: ROOT,
    timeoutMs: 120_000,
  });
}

/** Undefined when a browser and VS Code's server are there, else the reason in a sentence. */
async function whyNoBrowser() {
  const own = process.env.CHROMIUM;
  if (!own && !['chromium', 'chromium-browser', 'google-chrome'].some((name) => findOnPath(name))) {
    await ensureDebianPackages(['chromium', 'fonts-dejavu-core']);
    if (!findOnPath('chromium')) return 'No Chromium is installed; CHROMIUM may name one.';
  }
  try {
    const compilers = ['make', 'c++', 'python3'].filter((tool) => !findOnPath(tool));
    if (compilers.length > 0) await ensureDebianPackages(['build-essential', 'python3']);
    await ensureCodeServer();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        tier: { type: 'string', multiple: true },
        grep: { type: 'string' },
        'no-build': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const unknown = values.tier?.find((name) => !Object.hasOwn(TIERS, name));
    if (unknown !== undefined) throw new Error(`There is no tier "${unknown}".`);
    return values;
  } catch (error) {
    throw new ScriptError(`${reasonOf(error)}\n\n${HELP}`);
  }
}
