/** Switching, loading and failing models from the command palette, with the status bar telling the truth. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTruncatedModel } from '../support/broken-gguf';
import { kill, TestHub, TINY_GPT_OSS, TINY_LLAMA } from '../support/hub';
import { hubState } from '../support/hub-watch';
import { useWorkbench } from '../support/use-workbench';

describe('models', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-models-'));
  const workbench = useWorkbench(() => {
    mkdirSync(folder, { recursive: true });
    copyFileSync(TINY_LLAMA, join(folder, 'other-model.gguf'));
    writeTruncatedModel(folder);
    return {
      settings: {
        'hearth.model': TINY_GPT_OSS,
        'hearth.modelFolders': [folder],
        'hearth.gpu': 'cpu',
        'hearth.threads': 1,
        'hearth.seed': 6,
        'hearth.maxTokens': 40,
      },
    };
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const home = () => workbench().hearthHome;
  const statusShows = (text: string) =>
    workbench().statusBarItem().filter({ hasText: text }).first().waitFor();

  it('are ready at start-up, and the status bar says where', async () => {
    await workbench().openChat();
    await statusShows('CPU');
    assert.match(await workbench().statusBarText(), /tiny-gpt-oss.*CPU/s);
  });

  it('are listed with architecture, size, quantization and context', async () => {
    await workbench().runCommand('Hearth: Switch Model…');
    await workbench().quickRow('other-model').waitFor();
    const row = await workbench().quickRow('other-model').innerText();
    assert.match(row, /llama/);
    // Whether each fits comes when the machine has been looked at.
    await workbench().quickRow('other-model').filter({ hasText: 'fits into RAM, on the CPU' }).waitFor();
    const broken = await workbench().quickRow('truncated').innerText();
    assert.match(broken, /damaged/);
    await workbench().screenshot('switch-model');
    await workbench().page.keyboard.press('Escape');
  });

  it('can be planned from the list', async () => {
    await workbench().runCommand('Hearth: Switch Model…');
    await workbench().quickRow('other-model').hover();
    await workbench().quickRow('other-model').getByRole('button', { name: 'Plan…' }).click();
    const panel = workbench().panelFrame();
    await panel.getByRole('heading', { name: 'Plan for other-model' }).waitFor();
    await panel.getByTestId('plan-verdict').filter({ hasText: 'It fits into RAM, on the CPU' }).waitFor();
    await workbench().screenshot('plan-from-switch');
    await workbench().runCommand('View: Close Editor');
  });

  it('are switched, and the conversation goes on with the new one', async () => {
    const chat = workbench().chatFrame();
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.type('hello');
    await workbench().page.keyboard.press('Enter');
    await chat.getByTestId('figures').filter({ hasText: 'reused' }).first().waitFor();
    await workbench().runCommand('Hearth: Switch Model…');
    await workbench().quickRow('other-model').click();
    await statusShows('other-model');
    await hubState(home(), 'the other model', ({ models }) =>
      models.some(({ name, status }) => name === 'other-model' && status.kind === 'ready'),
    );
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.type('and now?');
    await workbench().page.keyboard.press('Enter');
    await chat.getByTestId('figures').filter({ hasText: 'reused' }).nth(1).waitFor();
    assert.equal(await chat.getByTestId('user-message').count(), 2);
    await workbench().screenshot('switched-model');
  });

  it('are unloaded, and loaded again by the next message', async () => {
    await workbench().runCommand('Hearth: Unload Model');
    await hubState(home(), 'no model', ({ models }) => models.length === 0);
    const chat = workbench().chatFrame();
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.type('wake up');
    await workbench().page.keyboard.press('Enter');
    await chat.getByTestId('figures').filter({ hasText: 'reused' }).nth(2).waitFor();
  });

  it('whose process is killed in mid-answer leave a card that says why, and come back', async () => {
    workbench().changeSettings({
      'hearth.temperature': 0,
      'hearth.maxTokens': null,
      'hearth.model': TINY_GPT_OSS,
    });
    await hubState(
      home(),
      'the new settings',
      ({ settings }) =>
        settings.conversation.maxTokens === undefined && settings.activeModel === TINY_GPT_OSS,
    );
    await workbench().runCommand('Hearth: New Chat');
    const chat = workbench().chatFrame();
    await chat.getByTestId('empty-state').waitFor();
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.type('go on for ever');
    await workbench().page.keyboard.press('Enter');
    await chat.getByTestId('reasoning').or(chat.getByTestId('answer')).first().waitFor();
    await hubState(home(), 'an answer', ({ models }) =>
      models.some(({ activity }) => activity.kind === 'decode'),
    );
    for (const pid of (await TestHub.create(home()).record()).workers) kill(pid);
    await chat.getByTestId('error-card').waitFor();
    assert.match(await chat.getByTestId('error-card').innerText(), /SIGKILL/);
    await workbench().screenshot('worker-killed');
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.type('still there?');
    await workbench().page.keyboard.press('Enter');
    await chat.getByTestId('stop').waitFor();
    await chat.getByTestId('stop').click();
    await chat.getByTestId('stop-note').first().waitFor();
  });

  it('stay ended when everything is stopped, and come back with Retry', async () => {
    await workbench().runCommand('Hearth: Stop Everything');
    await statusShows('not running');
    const chat = workbench().chatFrame();
    await chat.getByText('Hearth was stopped').waitFor();
    await workbench().screenshot('stopped');
    await chat.getByRole('button', { name: 'Retry' }).last().click();
    await statusShows('tiny-gpt-oss');
    await chat.getByTestId('user-message').first().waitFor();
  });

  it('show the table in the tooltip', async () => {
    await workbench().statusBarItem().first().hover();
    const hover = workbench().page.locator('.monaco-hover').filter({ hasText: 'Context' }).first();
    await hover.waitFor();
    await workbench().screenshot('status-tooltip');
    assert.match(await hover.innerText(), /tiny-gpt-oss/);
  });
});
