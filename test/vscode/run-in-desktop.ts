/** Runs the suite in a desktop VS Code: the one named in HEARTH_VSCODE, else one that @vscode/test-electron downloads. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { DEMO_WORKSPACE, ROOT } from '../support/checkout';
import { stopHub } from '../support/hub-teardown';

async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'hearth-vscode-'));
  const home = join(scratch, 'home');
  const output = join(scratch, 'output.txt');
  const workspace = join(scratch, 'demo-workspace');
  cpSync(DEMO_WORKSPACE, workspace, { recursive: true });
  const executable = process.env['HEARTH_VSCODE'];
  try {
    await runTests({
      ...(executable === undefined ? {} : { vscodeExecutablePath: executable }),
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: join(ROOT, 'out', 'test', 'vscode', 'index.js'),
      launchArgs: [
        workspace,
        '--disable-workspace-trust',
        '--disable-extensions',
        `--user-data-dir=${join(scratch, 'user')}`,
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      extensionTestsEnv: { HEARTH_HOME: home, HEARTH_TEST_OUTPUT: output },
    });
  } finally {
    if (existsSync(output)) process.stdout.write(readFileSync(output, 'utf8'));
    await stopHub(home);
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
