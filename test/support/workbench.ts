/** A real VS Code for one test: its own server, profile and browser, with Hearth installed. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { ensureCodeServer } from '../../scripts/lib/code-server.mjs';
import {
  linkExtension,
  QUIET_SETTINGS,
  startVscodeServer,
  writeSettings,
  type RunningVscodeServer,
} from '../../scripts/lib/vscode-server.mjs';
import { launchBrowser, localContext } from './browser';
import { ARTIFACTS, readManifest, ROOT } from './checkout';
import { stopHub } from './hub-teardown';
import { WorkbenchWindow } from './workbench-window';

export interface WorkbenchOptions {
  /** `HEARTH_HOME` of the extension host; its hub is stopped at the end. */
  hearthHome: string;
  workspaceFolder: string;
  settings?: Readonly<Record<string, unknown>>;
  /** Whether the folder is trusted (the default); false opens it in restricted mode. */
  trust?: boolean;
  env?: Readonly<Record<string, string | undefined>>;
}

export type Theme = 'light' | 'dark' | 'high contrast';

const THEMES: Record<Theme, { name: string; marker: string }> = {
  light: { name: 'Default Light Modern', marker: '.monaco-workbench.vs' },
  dark: { name: 'Default Dark Modern', marker: '.monaco-workbench.vs-dark' },
  'high contrast': { name: 'Default High Contrast', marker: '.monaco-workbench.hc-black' },
};

export class Workbench extends WorkbenchWindow {
  readonly #windows: WorkbenchWindow[] = [this];

  private constructor(
    private readonly server: RunningVscodeServer,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    private readonly dataDir: string,
    private readonly options: WorkbenchOptions,
    private settings: Record<string, unknown>,
    page: WorkbenchWindow['page'],
  ) {
    super(page);
  }

  static async start(options: WorkbenchOptions): Promise<Workbench> {
    const dataDir = mkdtempSync(join(tmpdir(), 'hearth-workbench-'));
    const settings = { ...QUIET_SETTINGS, ...trustSettings(options.trust ?? true), ...options.settings };
    writeSettings(dataDir, settings);
    linkExtension(dataDir, ROOT, readManifest());
    const server = await startVscodeServer({
      server: await ensureCodeServer(),
      dataDir,
      env: { ...options.env, HEARTH_HOME: options.hearthHome },
    });
    let browser: Browser | undefined;
    let workbench: Workbench | undefined;
    try {
      browser = await launchBrowser();
      const context = await localContext(browser);
      const page = await context.newPage();
      workbench = new Workbench(server, browser, context, dataDir, options, settings, page);
      await page.goto(workbench.url());
      await workbench.ready();
      return workbench;
    } catch (error) {
      await workbench?.keepEvidence('workbench-did-not-start');
      await browser?.close();
      await server.stop();
      await stopHub(options.hearthHome).catch(() => undefined); // The first error is the one to tell.
      rmSync(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  get hearthHome(): string {
    return this.options.hearthHome;
  }

  get workspaceFolder(): string {
    return this.options.workspaceFolder;
  }

  url(): string {
    return `${this.server.origin}/?folder=${encodeURIComponent(this.options.workspaceFolder)}`;
  }

  /** A second window on the same server, profile and workspace. */
  async openSecondWindow(): Promise<WorkbenchWindow> {
    const window = new WorkbenchWindow(await this.context.newPage());
    this.#windows.push(window);
    await window.page.goto(this.url());
    await window.ready();
    return window;
  }

  async setTheme(theme: Theme): Promise<void> {
    const { name, marker } = THEMES[theme];
    this.changeSettings({
      'workbench.colorTheme': name,
      'window.autoDetectColorScheme': false,
      'window.autoDetectHighContrast': false,
    });
    await this.page.locator(marker).waitFor();
  }

  /** Changes settings of the user while the windows are open; VS Code notices by itself. */
  changeSettings(changes: Readonly<Record<string, unknown>>): void {
    this.settings = { ...this.settings, ...changes };
    writeSettings(this.dataDir, this.settings);
  }

  /** What the "Hearth" output channels of all windows so far have, oldest first. */
  hearthLogs(): string[] {
    const folder = join(this.dataDir, 'data', 'logs');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => basename(name) === 'Hearth.log')
      .map((name) => join(folder, name))
      .sort((a, b) => statSync(a).birthtimeMs - statSync(b).birthtimeMs)
      .map((path) => readFileSync(path, 'utf8'));
  }

  /** Leaves pictures of all windows and the logs of VS Code and of the hub in `artifacts/failures/NAME`. */
  async keepEvidence(name: string): Promise<void> {
    const folder = join(ARTIFACTS, 'failures', name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [index, window] of this.#windows.entries()) {
      const file = join(folder, `window-${index + 1}`);
      await window.page.screenshot({ path: `${file}.png` }).catch(() => undefined); // The page may have crashed.
      writeFileSync(`${file}-errors.txt`, window.pageErrors.join('\n'));
    }
    copyIfThere(join(this.dataDir, 'data', 'logs'), join(folder, 'vscode-logs'));
    copyIfThere(join(this.options.hearthHome, 'logs'), join(folder, 'hearth-logs'));
  }

  /** Ends the browser, the server with its extension hosts, and the hub. */
  async close(): Promise<void> {
    try {
      await this.browser.close();
      await this.server.stop();
    } finally {
      try {
        await stopHub(this.options.hearthHome);
      } finally {
        rmSync(this.dataDir, { recursive: true, force: true });
      }
    }
  }
}

function trustSettings(trust: boolean): Record<string, unknown> {
  return trust
    ? { 'security.workspace.trust.enabled': false }
    : { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' };
}

function copyIfThere(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}
