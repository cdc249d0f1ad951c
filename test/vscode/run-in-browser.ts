/** Runs the suite in the extension host of VS Code's server, opened in a browser without a window. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCodeServer } from '../../scripts/lib/code-server.mjs';
import { QUIET_SETTINGS, startVscodeServer, writeSettings } from '../../scripts/lib/vscode-server.mjs';
import { launchBrowser, localContext } from '../support/browser';
import { ARTIFACTS, DEMO_WORKSPACE, ROOT } from '../support/checkout';
import { stopHub } from '../support/hub-teardown';

async function main(): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), 'hearth-vscode-'));
  const home = join(scratch, 'home');
  const output = join(scratch, 'output.txt');
  const workspace = join(scratch, 'demo-workspace');
  const dataDir = join(scratch, 'server');
  cpSync(DEMO_WORKSPACE, workspace, { recursive: true });
  writeSettings(dataDir, QUIET_SETTINGS);
  const server = await startVscodeServer({
    server: await ensureCodeServer(),
    dataDir,
    testDriver: true,
    env: { HEARTH_HOME: home, HEARTH_TEST_OUTPUT: output },
  });
  let code = 1;
  try {
    const browser = await launchBrowser();
    try {
      const page = await (await localContext(browser)).newPage();
      const ended = new Promise<number>((resolve, reject) => {
        page.on('crash', () => reject(new Error('The browser page crashed.')));
        server.process.once('exit', () => reject(new Error("VS Code's server ended during the tests.")));
        void page.exposeFunction('codeAutomationExit', resolve).catch(reject);
      });
      await page.exposeFunction('codeAutomationLog', () => undefined);
      await page.goto(suiteUrl(server.port, workspace));
      code = await ended;
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
    if (existsSync(output)) process.stdout.write(readFileSync(output, 'utf8'));
    if (code !== 0) {
      const logs = join(dataDir, 'data', 'logs');
      if (existsSync(logs)) cpSync(logs, join(ARTIFACTS, 'failures', 'vscode-tier'), { recursive: true });
    }
    await stopHub(home);
    rmSync(scratch, { recursive: true, force: true });
  }
  return code;
}

function suiteUrl(port: number, workspace: string): string {
  const remote = `vscode-remote://127.0.0.1:${port}`;
  const payload = [
    ['extensionDevelopmentPath', `${remote}${ROOT}`],
    ['extensionTestsPath', `${remote}${join(ROOT, 'out', 'test', 'vscode', 'index.js')}`],
    ['skipWelcome', 'true'],
  ];
  return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.stack : error);
    process.exitCode = 1;
  },
);
