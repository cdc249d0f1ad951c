/** One window of VS Code in the browser, and what a person does in it. Every wait is for something to be seen. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { ARTIFACTS } from './checkout';

const START_MS = 60_000;
/** A menu closes at once when something was chosen. */
const MENU_CLOSES_MS = 3_000;

export class WorkbenchWindow {
  /** What the page wrote to its console as an error, and errors that nobody caught. */
  readonly pageErrors: string[] = [];

  constructor(readonly page: Page) {
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.pageErrors.push(error.stack ?? error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.pageErrors.push(message.text());
    });
  }

  /** Waits for the workbench, and for Hearth's status bar item: the sign that the extension has been activated. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: START_MS });
    await this.statusBarItem().waitFor({ timeout: START_MS });
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** Runs a command by its title in the command palette, as in "Hearth: New Chat". */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput().fill(`>${title}`);
    const row = this.quickRow(title);
    await row.click();
    await row.waitFor({ state: 'hidden' });
  }

  /** Opens a file of the workspace by its name, through quick open. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+P');
    await this.quickInput().fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
  }

  /** Selects whole lines, counted from 1, in the active editor. */
  async selectLines(from: number, to: number): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.quickInput().fill(`:${from}:1`);
    await this.page.keyboard.press('Enter');
    await this.quickInput().waitFor({ state: 'hidden' });
    await this.page.locator('.statusbar-item', { hasText: new RegExp(`Ln ${from}, Col 1$`) }).waitFor();
    for (let line = from; line < to; line++) await this.page.keyboard.press('Shift+ArrowDown');
    await this.page.keyboard.press('Shift+End');
    await this.page.locator('.statusbar-item', { hasText: /\d+ selected/ }).waitFor();
  }

  /** Chooses from the context menu of the active editor, at the selection; more than one item is a path of submenus. */
  async contextMenu(...path: string[]): Promise<void> {
    await this.page.keyboard.press('Shift+F10');
    for (const [index, item] of path.entries()) {
      const entry = this.page
        .locator('.monaco-menu .action-item')
        .filter({
          has: this.page.locator('.action-label', { hasText: new RegExp(`^${escapeRegExp(item)}$`) }),
        })
        .first();
      const choose = async (key: string): Promise<void> => {
        await entry.hover();
        // By keyboard: a menu ignores the mouse button for a moment after it has opened.
        await entry.and(this.page.locator('.focused')).waitFor();
        await this.page.keyboard.press(key);
      };
      if (index < path.length - 1) {
        await choose('ArrowRight');
        continue;
      }
      const closed = (timeout: number): Promise<void> =>
        this.page.locator('.monaco-menu').first().waitFor({ state: 'hidden', timeout });
      await choose('Enter');
      // A submenu that its parent's hover opens once more has lost the key: nothing was chosen yet.
      await closed(MENU_CLOSES_MS).catch(async () => {
        await choose('Enter');
        await closed(MENU_CLOSES_MS);
      });
    }
  }

  /** Hearth's status bar item, or the one whose id begins otherwise. */
  statusBarItem(idPrefix = 'hearth.'): Locator {
    return this.page.locator(`.statusbar-item[id^="${idPrefix}"]`).first();
  }

  async statusBarText(idPrefix = 'hearth.'): Promise<string> {
    return (await this.statusBarItem(idPrefix).innerText()).trim();
  }

  /** Shows the chat view and waits until its document is there. */
  async openChat(): Promise<FrameLocator> {
    const view = this.page.locator('.sidebar .pane-body, .auxiliarybar .pane-body').first();
    const icon = this.page.locator('a[class*="activity-workbench-view-extension-hearth"]').first();
    const shown = this.page.locator('.action-item.checked', { has: icon });
    if (!(await shown.isVisible())) await icon.click();
    await view.waitFor();
    const chat = this.chatFrame();
    await chat.locator('body').waitFor();
    return chat;
  }

  /** The document of the chat view: VS Code puts a webview into an iframe in an iframe. */
  chatFrame(): FrameLocator {
    return this.page
      .locator('iframe.webview[src*="extensionId=hearth.hearth"][src*="purpose=webviewView"]')
      .first()
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  /** The document of Hearth's panel in the editor area. */
  panelFrame(): FrameLocator {
    return this.page
      .locator('iframe.webview[src*="extensionId=hearth.hearth"]:not([src*="purpose=webviewView"])')
      .first()
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text }).first();
  }

  /** The input of the command palette, a quick pick or an input box. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-box input');
  }

  /** The row of a quick pick with exactly this label. */
  quickRow(label: string): Locator {
    return this.page
      .locator('.quick-input-widget:visible .monaco-list-row')
      .filter({ has: this.page.getByText(label, { exact: true }) })
      .first();
  }

  /** Keeps a picture of the window as `artifacts/screenshots/NAME.png`. */
  async screenshot(name: string): Promise<string> {
    const path = join(ARTIFACTS, 'screenshots', `${name}.png`);
    mkdirSync(dirname(path), { recursive: true });
    await this.page.screenshot({ path });
    return path;
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
