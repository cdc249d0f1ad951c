/** Ask about the selection and edit it in place, on the real workbench. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { TINY_LLAMA, until } from '../support/hub';
import { useWorkbench } from '../support/use-workbench';

describe('the selection', () => {
  const workbench = useWorkbench({
    settings: {
      // It never reasons, so that every answer has a text to put into the editor.
      'hearth.model': TINY_LLAMA,
      'hearth.gpu': 'cpu',
      'hearth.threads': 1,
      'hearth.seed': 6,
      'hearth.maxTokens': 80,
    },
  });
  let chat: FrameLocator;

  before(async () => {
    chat = await workbench().openChat();
    await workbench().openFile('ring.go');
  });

  it('becomes a chip in the composer, which can be removed', async () => {
    await workbench().selectLines(30, 41);
    await workbench().contextMenu('Ask Hearth About Selection');
    const chip = chat.getByTestId('composer-frame').getByTestId('chip');
    await chip.waitFor();
    assert.match(await chip.innerText(), /ring\.go\s*:30-40/);
    await workbench().screenshot('selection-chip');
    await chip.getByRole('button', { name: /remove/i }).click();
    await chip.waitFor({ state: 'detached' });
  });

  it('goes along with a question', async () => {
    await workbench().openFile('ring.go');
    await workbench().selectLines(30, 41);
    await workbench().contextMenu('Ask Hearth About Selection');
    await chat.getByTestId('composer-frame').getByTestId('chip').waitFor();
    // The chip is there a moment before the cursor is.
    await chat.getByTestId('composer').and(chat.locator(':focus')).waitFor();
    await workbench().page.keyboard.type('Is this right?');
    await workbench().page.keyboard.press('Enter');
    await chat.getByTestId('figures').filter({ hasText: 'reused' }).first().waitFor();
    const message = await chat.getByTestId('user-message').first().innerText();
    assert.match(message, /Is this right\?/);
    assert.match(message, /ring\.go/);
  });

  it('is explained at once from the context menu', async () => {
    await workbench().runCommand('Hearth: New Chat');
    await chat.getByTestId('empty-state').waitFor();
    await workbench().openFile('ring.go');
    await workbench().selectLines(30, 41);
    await workbench().contextMenu('Hearth', 'Explain Selection');
    await chat.getByTestId('figures').filter({ hasText: 'reused' }).first().waitFor();
    await workbench().screenshot('selection-explained');
  });

  it('is edited in place, accepted by key, and taken back by one undo', async () => {
    const original = readFileSync(file(), 'utf8');
    await workbench().openFile('ring.go');
    await workbench().selectLines(30, 41);
    await workbench().runCommand('Hearth: Edit Selection…');
    await workbench().quickInput().waitFor();
    await workbench().page.keyboard.type('make it shorter');
    await workbench().page.keyboard.press('Enter');
    const lens = workbench().page.locator('.codelens-decoration').filter({ hasText: 'Accept' });
    await lens.waitFor();
    await workbench().screenshot('inline-edit');
    await workbench().page.keyboard.press('Control+Enter');
    await lens.waitFor({ state: 'detached' });
    await saved(() => readFileSync(file(), 'utf8') !== original, 'the edit is in the file');
    await workbench().page.keyboard.press('Control+Z');
    await saved(() => readFileSync(file(), 'utf8') === original, 'one undo takes it back');
  });

  it('is restored when the edit is rejected', async () => {
    const original = readFileSync(file(), 'utf8');
    await workbench().selectLines(30, 41);
    await workbench().runCommand('Hearth: Edit Selection…');
    await workbench().quickInput().waitFor();
    await workbench().page.keyboard.type('make it longer');
    await workbench().page.keyboard.press('Enter');
    const lens = workbench().page.locator('.codelens-decoration').filter({ hasText: 'Accept' });
    await lens.waitFor();
    await workbench().page.keyboard.press('Escape');
    await lens.waitFor({ state: 'detached' });
    await saved(() => readFileSync(file(), 'utf8') === original, 'the text is as it was');
  });

  const file = () => join(workbench().workspaceFolder, 'queue/ring.go');

  /** Saves until the file is as it should be: the editor may still be settling. */
  async function saved(test: () => boolean, what: string): Promise<void> {
    await until(
      async () => {
        await workbench().page.keyboard.press('Control+S');
        return test();
      },
      10_000,
      what,
    );
  }
});
