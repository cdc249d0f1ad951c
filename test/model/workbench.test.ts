/** A real model in the real workbench: SmolLM2-135M-Instruct says things that mean something. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { TINY_GPT_OSS, until } from '../support/hub';
import { hubState } from '../support/hub-watch';
import { useWorkbench } from '../support/use-workbench';

const REAL_MODEL = process.env['HEARTH_REAL_MODEL'] ?? '';

describe('a real model', () => {
  const workbench = useWorkbench({
    settings: {
      'hearth.model': REAL_MODEL,
      'hearth.modelFiles': [TINY_GPT_OSS],
      'hearth.gpu': 'cpu',
      'hearth.threads': 1,
      'hearth.contextSize': 4096,
      'hearth.temperature': 0,
      'hearth.prompt.instructions': 'You are a helpful assistant.',
      'hearth.maxTokens': 150,
      'files.autoSave': 'off',
    },
  });
  let chat: FrameLocator;

  before(async () => {
    chat = await workbench().openChat();
  });

  const finished = (count: number) =>
    chat
      .getByTestId('figures')
      .filter({ hasText: 'reused' })
      .nth(count - 1)
      .waitFor({ timeout: 90_000 });
  const lastAnswer = () => chat.getByTestId('answer').last().innerText();

  async function ask(text: string): Promise<void> {
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.type(text);
    await workbench().page.keyboard.press('Enter');
  }

  it('holds a conversation of five turns', async function () {
    this.timeout(400_000);
    const turns = [
      'What is the capital of France?',
      'What is the capital of Italy?',
      'Write a Python function that adds two numbers, in a code block.',
      'My name is Ada. What is my name?',
      'Thank you. Say goodbye.',
    ];
    for (const [index, turn] of turns.entries()) {
      await ask(turn);
      await finished(index + 1);
      if (turn.includes('Ada')) assert.match(await lastAnswer(), /Ada/);
      if (turn.includes('France')) assert.match(await lastAnswer(), /Paris/);
      if (turn.includes('Italy')) assert.match(await lastAnswer(), /Rome/);
      if (turn.includes('Python')) {
        await chat.getByTestId('code-copy').first().waitFor();
        await workbench().screenshot('model-code');
        await workbench().setTheme('dark');
        await workbench().screenshot('model-code-dark');
        await workbench().setTheme('light');
      }
    }
    const figures = await chat.getByTestId('figures').last().innerText();
    const [, reused, all] = /([\d,]+) of ([\d,]+) reused/.exec(figures) ?? assert.fail(figures);
    assert.ok(Number(reused?.replaceAll(',', '')) > Number(all?.replaceAll(',', '')) / 2, figures);
    await workbench().screenshot('model-five-turns');
  });

  it('applies a code block as a change that is accepted', async function () {
    this.timeout(120_000);
    await workbench().openFile('running_stats.py');
    const file = join(workbench().workspaceFolder, 'stats/running_stats.py');
    const original = readFileSync(file, 'utf8');
    await workbench().selectLines(1, 3);
    await chat.getByTestId('code-apply').first().click();
    await workbench().page.locator('.tab.active').filter({ hasText: 'running_stats.py' }).first().waitFor();
    await workbench()
      .page.locator('.monaco-diff-editor .char-insert, .monaco-diff-editor .line-insert')
      .first()
      .waitFor();
    await workbench().screenshot('model-apply');
    await workbench().runCommand('Hearth: Accept Proposal');
    await until(
      async () => {
        await workbench().page.keyboard.press('Control+S');
        const saved = readFileSync(file, 'utf8');
        // While it is being written, it is empty.
        return saved !== original && saved.includes('def ');
      },
      20_000,
      'the accepted code is in the file',
    );
  });

  it('explains a selection', async function () {
    this.timeout(200_000);
    await workbench().runCommand('Hearth: New Chat');
    await chat.getByTestId('empty-state').waitFor();
    await workbench().openFile('ring.go');
    await workbench().selectLines(21, 29);
    await workbench().contextMenu('Hearth', 'Explain Selection');
    await finished(1);
    assert.match(await lastAnswer(), /queue|ring|value|Push/i);
    await workbench().screenshot('model-explain');
  });

  it('edits a selection in place', async function () {
    this.timeout(200_000);
    const file = join(workbench().workspaceFolder, 'queue/ring.go');
    const original = readFileSync(file, 'utf8');
    await workbench().openFile('ring.go');
    await workbench().selectLines(42, 43);
    await workbench().runCommand('Hearth: Edit Selection…');
    await workbench().quickInput().waitFor();
    await workbench().page.keyboard.type('Rename the function to Size');
    await workbench().page.keyboard.press('Enter');
    const lens = workbench().page.locator('.codelens-decoration').filter({ hasText: 'Accept' });
    await lens.waitFor({ timeout: 120_000 });
    await workbench().screenshot('model-inline-edit');
    await workbench().setTheme('dark');
    await workbench().screenshot('model-inline-edit-dark');
    await workbench().setTheme('light');
    await workbench().page.keyboard.press('Control+Enter');
    await lens.waitFor({ state: 'detached' });
    await until(
      async () => {
        await workbench().page.keyboard.press('Control+S');
        return readFileSync(file, 'utf8') !== original;
      },
      20_000,
      'the edit is in the file',
    );
  });

  it('gives way to another model in the middle of a conversation', async function () {
    this.timeout(200_000);
    await workbench().runCommand('Hearth: Switch Model…');
    await workbench().quickRow('tiny-gpt-oss').first().click();
    await hubState(workbench().hearthHome, 'the other model', ({ models }) =>
      models.some(({ name, status }) => name === 'tiny-gpt-oss' && status.kind === 'ready'),
    );
    await ask('And what do you say?');
    await finished(2);
    assert.match(await workbench().statusBarText(), /tiny-gpt-oss/);
    await workbench().screenshot('model-switched');
  });
});
