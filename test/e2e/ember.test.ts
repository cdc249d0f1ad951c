/** Hearth as it comes: Ember, nothing configured, and what a person tries first. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { ROOT, until } from '../support/hub';
import { hubState } from '../support/hub-watch';
import { useWorkbench } from '../support/use-workbench';

describe('Ember, the demo model', () => {
  // Greedy, so that it says the same each time; everything else is as it comes.
  const workbench = useWorkbench({
    settings: { 'hearth.gpu': 'cpu', 'hearth.threads': 1, 'hearth.temperature': 0 },
  });
  let chat: FrameLocator;

  before(async () => {
    chat = await workbench().openChat();
  });

  const answers = () => chat.getByTestId('answer');
  const figures = () => chat.getByTestId('figures').filter({ hasText: 'reused' });
  const ask = async (text: string) => {
    const before = await figures().count();
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.type(text);
    await workbench().page.keyboard.press('Enter');
    await figures().nth(before).waitFor();
    return (await answers().nth(before).innerText()).trim();
  };

  it('is what a fresh window has, and says which real models fit this machine', async () => {
    const note = chat.getByTestId('demo-note');
    await note.getByText(/gpt-oss-120b \(63\.4 GB\) (fits|too large)/).waitFor();
    assert.match(await note.innerText(), /Ember is the small demo model/);
    await workbench().screenshot('ember-empty');
    await workbench().setTheme('light');
    await workbench().screenshot('ember-empty-light');
    await workbench().setTheme('high contrast');
    await workbench().screenshot('ember-empty-high-contrast');
    await workbench().setTheme('dark');
  });

  it('remembers a name', async () => {
    await ask('My name is Ada.');
    assert.match(await ask('What is my name?'), /Your name is Ada\./);
    await workbench().screenshot('ember-name');
  });

  it('explains a function of the demo workspace', async () => {
    await workbench().runCommand('Hearth: New Chat');
    await chat.getByTestId('empty-state').waitFor();
    await workbench().openFile('shopping-cart.ts');
    await workbench().selectLines(30, 38);
    await workbench().contextMenu('Hearth', 'Explain Selection');
    await figures().first().waitFor();
    const answer = await answers().first().innerText();
    assert.match(answer, /largestPrice takes prices/);
    assert.match(answer, /keeps every larger price.*returns the largest one/s);
    await workbench().screenshot('ember-explained');
  });

  it('answers in upper case once its adapter is laid over it', async () => {
    const path = join(ROOT, 'models/ember-upper-case.gguf');
    workbench().changeSettings({ 'hearth.loras': [{ path, scale: 1 }] });
    await hubState(
      workbench().hearthHome,
      'the adapter in the settings',
      ({ settings }) => settings.load.loras.length === 1,
    );
    await workbench().runCommand('Hearth: New Chat');
    await chat.getByTestId('empty-state').waitFor();
    assert.match(await ask('What are you?'), /^I AM EMBER, THE SMALL DEMO MODEL/m);
    await workbench().screenshot('ember-upper-case');
    workbench().changeSettings({ 'hearth.loras': [] });
    await hubState(workbench().hearthHome, 'no adapter', ({ settings }) => settings.load.loras.length === 0);
  });

  it('fixes the bug of the demo workspace in place', async () => {
    await workbench().openFile('running_stats.py');
    await workbench().selectLines(21, 25);
    await workbench().runCommand('Hearth: Edit Selection…');
    await workbench().quickInput().waitFor();
    await workbench().page.keyboard.type('Fix the bug.');
    await workbench().page.keyboard.press('Enter');
    await workbench().page.locator('.codelens-decoration').filter({ hasText: 'Accept' }).waitFor();
    await workbench().screenshot('ember-fixed');
    await workbench().page.keyboard.press('Control+Enter');
    const file = join(workbench().workspaceFolder, 'stats/running_stats.py');
    const text = () => readFileSync(file, 'utf8');
    await until(
      async () => {
        await workbench().page.keyboard.press('Control+S');
        const saved = text();
        // While it is being written, it is empty.
        return saved !== '' && !saved.includes('total = 1');
      },
      10_000,
      'the fixed line is in the file',
    );
    assert.match(
      text(),
      /def sum_time\(requests: list\[int\]\) -> int:\n {4}total = 0\n {4}for request in requests:/,
    );
  });
});
