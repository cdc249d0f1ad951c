/** Ask about the selection and edit it in place, on the real workbench. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { TINY_GPT_OSS } from '../support/hub';
import { useWorkbench } from '../support/use-workbench';

describe('the selection', () => {
  const workbench = useWorkbench({
    settings: {
      'hearth.model': TINY_GPT_OSS,
      'hearth.gpu': 'cpu',
      'hearth.threads': 1,
      'hearth.prompt.harmonySystem': 'Reasoning: {effort}',
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
    assert.match(await chip.innerText(), /ring\.go.*30.*41/s);
    await workbench().screenshot('selection-chip');
    await chip.getByRole('button', { name: /remove/i }).click();
    await chip.waitFor({ state: 'detached' });
  });

  it('goes along with a question', async () => {
    await workbench().openFile('ring.go');
    await workbench().selectLines(30, 41);
    await workbench().contextMenu('Ask Hearth About Selection');
    await chat.getByTestId('composer-frame').getByTestId('chip').waitFor();
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
    const file = join(workbench().workspaceFolder, 'queue/ring.go');
    const original = readFileSync(file, 'utf8');
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
    await workbench().page.keyboard.press('Control+S');
    const tab = workbench().page.locator('.tab.active.dirty');
    await tab.waitFor({ state: 'detached' });
    assert.notEqual(readFileSync(file, 'utf8'), original);
    await workbench().page.keyboard.press('Control+Z');
    await tab.waitFor();
    await workbench().page.keyboard.press('Control+S');
    await tab.waitFor({ state: 'detached' });
    assert.equal(readFileSync(file, 'utf8'), original);
  });

  it('is restored when the edit is rejected', async () => {
    await workbench().selectLines(30, 41);
    await workbench().runCommand('Hearth: Edit Selection…');
    await workbench().quickInput().waitFor();
    await workbench().page.keyboard.type('make it longer');
    await workbench().page.keyboard.press('Enter');
    const lens = workbench().page.locator('.codelens-decoration').filter({ hasText: 'Accept' });
    await lens.waitFor();
    await workbench().page.keyboard.press('Escape');
    await lens.waitFor({ state: 'detached' });
    await workbench()
      .page.locator('.tab.active.dirty')
      .waitFor({ state: 'detached', timeout: 5_000 })
      .catch(() => undefined);
    await workbench().page.keyboard.press('Control+S');
    const file = join(workbench().workspaceFolder, 'queue/ring.go');
    assert.match(readFileSync(file, 'utf8'), /func/);
  });
});
