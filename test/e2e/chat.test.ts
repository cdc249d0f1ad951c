/** Sidebar chat on the real workbench, with the real model: type, send, watch, stop, queue, reopen, reload. */
import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { TINY_GPT_OSS } from '../support/hub';
import { hubState } from '../support/hub-watch';
import { useWorkbench } from '../support/use-workbench';

/** Greedy, the tiny model repeats itself for ever; with a seed and a limit its answers are short. */
const SETTINGS = {
  'hearth.model': TINY_GPT_OSS,
  'hearth.gpu': 'cpu',
  'hearth.threads': 1,
  // Without the date, so that the same seed says the same tomorrow.
  'hearth.prompt.harmonySystem': 'Reasoning: {effort}',
  // Beyond what the model was made for: an endless answer must outlast the reload of a window.
  'hearth.contextSize': 65_536,
  'hearth.seed': 6,
  'hearth.maxTokens': 60,
};
const LONG = { ...SETTINGS, 'hearth.temperature': 0, 'hearth.seed': null, 'hearth.maxTokens': null };

describe('sidebar chat', () => {
  const workbench = useWorkbench({ settings: SETTINGS });
  let chat: FrameLocator;

  before(async () => {
    chat = await workbench().openChat();
  });

  const ask = async (text: string) => {
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.type(text);
    await workbench().page.keyboard.press('Enter');
  };
  const home = () => workbench().hearthHome;
  const answers = () => chat.getByTestId('answer');

  it('shows what is loaded before the first message', async () => {
    await chat.getByTestId('empty-state').waitFor();
    await workbench().screenshot('chat-empty');
  });

  it('answers a typed message, with figures', async () => {
    await ask('What does this program do?');
    await chat.getByTestId('figures').filter({ hasText: 'reused' }).first().waitFor();
    assert.match(
      await chat.getByTestId('figures').first().innerText(),
      /tok\/s.*first token.*[\d,]+ tokens?.*prefill/s,
    );
    assert.equal(await answers().count(), 1);
    await workbench().screenshot('chat-answer');
  });

  it('reuses what the model has read already, and says so', async () => {
    await ask('And why?');
    const line = chat.getByTestId('figures').filter({ hasText: 'reused' }).nth(1);
    await line.waitFor();
    const figures = await line.innerText();
    const [, reused, all] = /([\d,]+) of ([\d,]+) reused/.exec(figures) ?? assert.fail(figures);
    assert.ok(Number(reused?.replaceAll(',', '')) > Number(all?.replaceAll(',', '')) / 2, figures);
  });

  it('copies an answer', async () => {
    await answers().first().hover();
    await answers().first().getByTestId('answer-copy').click();
    const text = await answers().first().innerText();
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.press('Control+V');
    const pasted = await chat.getByTestId('composer').inputValue();
    assert.ok(
      pasted.length > 10 &&
        text.replaceAll(/\s/g, '').includes(pasted.trim().slice(0, 10).replaceAll(/\s/g, '')),
    );
    await workbench().page.keyboard.press('Control+A');
    await workbench().page.keyboard.press('Delete');
  });

  it('edits the last message with arrow-up, as a branch', async () => {
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.press('ArrowUp');
    await chat.getByTestId('inline-editor').waitFor();
    await workbench().page.keyboard.press('Control+A');
    await workbench().page.keyboard.type('And how?');
    await workbench().page.keyboard.press('Enter');
    await chat.getByTestId('branches').first().waitFor();
    await chat.getByTestId('figures').nth(1).waitFor();
    await workbench().screenshot('chat-branch');
  });

  it('starts a new chat, and reopens the earlier one from the list', async () => {
    await workbench().runCommand('Hearth: New Chat');
    await chat.getByTestId('empty-state').waitFor();
    await workbench().runCommand('Hearth: Show Chats');
    await chat.getByTestId('history-item').first().waitFor();
    await workbench().screenshot('chat-history');
    await chat.getByTestId('history-item').first().getByText('What does this program do?').click();
    await answers().nth(1).waitFor();
  });

  it('stops a running answer, and sends what was typed meanwhile', async () => {
    workbench().changeSettings(LONG);
    await hubState(
      home(),
      'the new settings',
      ({ settings }) => settings.conversation.maxTokens === undefined,
    );
    await workbench().runCommand('Hearth: New Chat');
    await chat.getByTestId('empty-state').waitFor();
    await ask('Go on for ever');
    await chat.getByTestId('stop').waitFor();
    await chat.getByTestId('reasoning').or(answers().first()).first().waitFor();
    await ask('The next question');
    await chat.getByTestId('pending').waitFor();
    await workbench().screenshot('chat-pending');
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.press('Escape');
    await chat.getByTestId('stop-note').first().waitFor();
    await chat.getByTestId('user-message').nth(1).waitFor();
    assert.match(await chat.getByTestId('user-message').nth(1).innerText(), /The next question/);
    assert.equal(await chat.getByTestId('pending').count(), 0);
  });

  it('goes on while the window is reloaded, and is shown again from where it is', async () => {
    await chat.getByTestId('stop').waitFor();
    const [before] = (await hubState(home(), 'a model', ({ models }) => models.length === 1)).models;
    await workbench().reload();
    chat = await workbench().openChat();
    await chat.getByTestId('user-message').first().waitFor();
    // By key, not by button: after a sudden reload VS Code may bring back what stood in the composer some time
    // before, and with text in it the button sends.
    await chat.getByTestId('reasoning').nth(1).waitFor();
    await chat.getByTestId('composer').click();
    await workbench().page.keyboard.press('Escape');
    await chat.getByTestId('stop-note').nth(1).waitFor();
    const [after] = (await hubState(home(), 'a model', ({ models }) => models.length === 1)).models;
    assert.equal(after?.loadedAt, before?.loadedAt, 'the model was not loaded again');
    assert.match(await workbench().statusBarText(), /tiny-gpt-oss/);
  });

  it('looks right in the light theme and in high contrast', async () => {
    workbench().changeSettings(SETTINGS);
    await workbench().runCommand('Hearth: Show Chats');
    await chat.getByTestId('history-item').getByText('What does this program do?').click();
    await answers().nth(1).waitFor();
    await workbench().setTheme('light');
    await workbench().screenshot('chat-light');
    await workbench().setTheme('high contrast');
    await workbench().screenshot('chat-high-contrast');
    await workbench().setTheme('dark');
  });
});
