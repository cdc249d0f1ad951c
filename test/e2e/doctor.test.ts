/** "Hearth: Doctor": a document to read, with buttons for what Hearth can do. */
import assert from 'node:assert/strict';
import { TINY_GPT_OSS } from '../support/hub';
import { useWorkbench } from '../support/use-workbench';

describe('the doctor', () => {
  const workbench = useWorkbench({
    settings: {
      'hearth.model': TINY_GPT_OSS,
      'hearth.gpu': 'cpu',
      'hearth.flashAttention': false,
      'hearth.threads': 1,
      'hearth.loadOn': 'firstMessage',
    },
  });

  it('shows what it found, and opens the setting that is meant', async () => {
    const { page } = workbench();
    await workbench().runCommand('Hearth: Doctor');
    const editor = page.locator('.editor-group-container.active .monaco-editor');
    await editor.locator('.view-line', { hasText: 'Warning: Flash attention is off' }).first().waitFor();
    // VS Code in a browser is a remote window, which is the first finding and has a button too.
    await editor.locator('.view-line', { hasText: 'Warning: Hearth runs on the machine' }).first().waitFor();
    const button = editor.locator('.codelens-decoration a', { hasText: 'Open the Setting' }).nth(1);
    await button.waitFor();
    await workbench().screenshot('doctor');
    await button.click();
    const setting = page
      .locator('.settings-editor .setting-item-label', { hasText: 'Flash Attention' })
      .first();
    await setting.waitFor();
    assert.ok(await setting.isVisible());
  });
});
