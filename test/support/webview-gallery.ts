/**
 * Pictures of the chat view and the hardware panel, for looking at them:
 * `npx tsx test/support/webview-gallery.ts [scenario [theme]]`.
 * Loads dist/webview in Chromium under the extension's content security policy and saves artifacts/webview/*.png.
 * Ends with an error if the page logged one: a violated policy, an exception.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { chatHtml } from '../../src/extension/chat/chat-html';
import { launchBrowser } from './browser';
import { ARTIFACTS, ROOT } from './checkout';
import { HARDWARE_SCENARIOS, type HardwareScenario } from './hardware-scenarios';
import { SCENARIOS, type Scenario } from './webview-scenarios';
import { THEMES, type ThemeName } from './webview-themes';

/** What a view shows when it has started. */
const STARTED = { chat: '[data-testid=composer]', hardware: '#root > *' };

type View = keyof typeof STARTED;

const HOST = 'http://webview.test';
const OUT = join(ARTIFACTS, 'webview');
/** The toolkit tries with an empty style element what the browser can do; it lives with the refusal. */
const EMPTY_STYLE = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
const TYPES: Record<string, string> = {
  js: 'text/javascript',
  css: 'text/css',
  ttf: 'font/ttf',
  map: 'application/json',
};

async function main([onlyScenario, onlyTheme]: string[]): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  const browser = await launchBrowser();
  const problems: string[] = [];
  try {
    for (const theme of Object.keys(THEMES) as ThemeName[]) {
      if (onlyTheme !== undefined && theme !== onlyTheme) continue;
      for (const [view, name, scenario] of allScenarios()) {
        if (onlyScenario !== undefined && !new RegExp(onlyScenario).test(name)) continue;
        problems.push(...(await takePicture(browser, theme, view, name, scenario)));
      }
    }
  } finally {
    await browser.close();
  }
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

function allScenarios(): [View, string, Scenario | HardwareScenario][] {
  const chat = Object.entries(SCENARIOS).map(([name, scenario]) => ['chat', name, scenario] as const);
  const hardware = Object.entries(HARDWARE_SCENARIOS).map(
    ([name, scenario]) => ['hardware', name, scenario] as const,
  );
  return [...chat, ...hardware].map(([view, name, scenario]) => [view, name, scenario]);
}

async function takePicture(
  browser: Browser,
  theme: ThemeName,
  view: View,
  name: string,
  scenario: Scenario | HardwareScenario,
): Promise<string[]> {
  const { bodyClass, variables } = THEMES[theme];
  const { width = 360, height = 720, messages, act } = scenario;
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: 2, locale: 'en-US' });
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes(EMPTY_STYLE))
      problems.push(`${name}, ${theme}: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`${name}, ${theme}: ${error.message}`));
  await page.route(`${HOST}/**`, (route) => {
    const file = new URL(route.request().url()).pathname.slice(1);
    return file === ''
      ? route.fulfill({ contentType: 'text/html', body: galleryPage(view) })
      : route.fulfill({
          contentType: TYPES[file.split('.').at(-1) ?? ''] ?? 'text/plain',
          body: readFileSync(join(ROOT, 'dist', 'webview', file)),
        });
  });
  // The transpiler's helper for function names does not travel into the page.
  await page.addInitScript('globalThis.__name = (target) => target');
  await page.addInitScript(
    ({ view, bodyClass, variables }) => {
      Object.assign(window, { acquireVsCodeApi: () => ({ postMessage() {}, getState() {}, setState() {} }) });
      document.addEventListener('DOMContentLoaded', () => {
        for (const [key, value] of Object.entries(variables)) {
          document.documentElement.style.setProperty(`--vscode-${key}`, value);
        }
        document.documentElement.style.colorScheme = bodyClass === 'vscode-light' ? 'light' : 'dark';
        document.body.className = bodyClass;
        document.body.style.background =
          variables[view === 'chat' ? 'sideBar-background' : 'editor-background'] ?? '';
      });
    },
    { view, bodyClass, variables },
  );
  await page.goto(`${HOST}/`);
  try {
    await page.locator(STARTED[view]).waitFor({ timeout: 10_000 });
  } catch {
    return [...problems, `${name}, ${theme}: the view did not start`];
  }
  await page.evaluate((list) => {
    for (const message of list) window.postMessage(message, '*');
  }, messages);
  await page.waitForTimeout(250);
  await act?.(page);
  await page.waitForTimeout(100);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (overflow > 0) problems.push(`${name}, ${theme}: ${overflow} px wider than the view`);
  await page.screenshot({ caret: 'initial', path: join(OUT, `${name}-${theme}.png`) });
  await page.close();
  return problems;
}

function galleryPage(view: View): string {
  return chatHtml({
    nonce: 'gallery',
    cspSource: HOST,
    scriptUri: `${HOST}/${view}.js`,
    styleUris: [`${HOST}/${view}.css`],
  });
}

void main(process.argv.slice(2));
