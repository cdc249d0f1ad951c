/** The model outlives the window: two windows on one conversation, one queue, a crash that is gone on from. */
import assert from 'node:assert/strict';
import type { FrameLocator } from 'playwright-core';
import { kill, TestHub, TINY_GPT_OSS } from '../support/hub';
import { hubState } from '../support/hub-watch';
import { useWorkbench } from '../support/use-workbench';
import type { WorkbenchWindow } from '../support/workbench-window';

describe('a model that stays', () => {
  // Greedy, the tiny model goes on until the context is full: far longer than these tests take, however slow the machine.
  const workbench = useWorkbench({
    settings: {
      'hearth.model': TINY_GPT_OSS,
      'hearth.gpu': 'cpu',
      'hearth.threads': 1,
      'hearth.temperature': 0,
      'hearth.contextSize': 131_072,
    },
  });
  let chat: FrameLocator;
  let second: WorkbenchWindow;
  let secondChat: FrameLocator;

  before(async () => {
    chat = await workbench().openChat();
    await chat.getByTestId('empty-state').waitFor();
  });

  const home = () => workbench().hearthHome;
  const ask = async (window: WorkbenchWindow, text: string) => {
    await window.chatFrame().getByTestId('composer').click();
    await window.page.keyboard.type(text);
    await window.page.keyboard.press('Enter');
  };
  const decoding = () =>
    hubState(home(), 'an answer', ({ models }) => models.some(({ activity }) => activity.kind === 'decode'));
  const said = async (frame: FrameLocator) => {
    const line = frame.getByTestId('reasoning').last().getByRole('button');
    if ((await line.getAttribute('aria-expanded')) !== 'true') await line.click();
    return frame.getByTestId('reasoning').last().innerText();
  };

  it('shows one conversation in two windows, live, and one stop ends it in both', async () => {
    await ask(workbench(), 'Go on for ever');
    await decoding();
    second = await workbench().openSecondWindow();
    secondChat = await second.openChat();
    await second.runCommand('Hearth: Show Chats');
    await secondChat.getByTestId('history-item').filter({ hasText: 'Go on for ever' }).click();
    await secondChat.getByTestId('reasoning').waitFor();
    const [{ loadedAt } = { loadedAt: undefined }] = (await decoding()).models;
    await secondChat.getByTestId('stop').click();
    await secondChat.getByTestId('stop-note').waitFor();
    await chat.getByTestId('stop-note').waitFor();
    assert.equal(await said(chat), await said(secondChat));
    const { models } = await hubState(home(), 'one model', (state) => state.models.length === 1);
    assert.equal(models[0]?.loadedAt, loadedAt, 'Nothing was loaded again.');
  });

  it('goes on with a stopped answer in both windows', async () => {
    const before = await said(chat);
    await chat.getByTestId('answer-continue').click();
    await secondChat.getByTestId('stop').waitFor();
    await decoding();
    await chat.getByTestId('stop').click();
    await chat.getByTestId('answer-continue').waitFor();
    await secondChat.getByTestId('answer-continue').waitFor();
    const after = await said(chat);
    assert.ok(after.length > before.length);
    assert.equal(await said(secondChat), after);
  });

  it('lets another window wait in the queue, visibly, and be taken out of it', async () => {
    await chat.getByTestId('answer-continue').click();
    await decoding();
    await second.runCommand('Hearth: New Chat');
    await secondChat.getByTestId('empty-state').waitFor();
    await ask(second, 'And me?');
    await secondChat.getByText('Waiting: next in line').waitFor();
    await second.screenshot('queue-waiting');
    await second.runCommand('Hearth: Show Queue');
    await second.quickRow('And me?').waitFor();
    await second.screenshot('queue');
    await second.quickRow('And me?').hover();
    await second.quickRow('And me?').locator('.codicon-close').click();
    await second.page.keyboard.press('Escape');
    await secondChat.getByTestId('stop-note').waitFor();
    await chat.getByTestId('stop').click();
    await chat.getByTestId('answer-continue').waitFor();
  });

  it('comes back by itself after a crash, and goes on where the answer broke', async () => {
    await chat.getByTestId('answer-continue').click();
    await decoding();
    for (const pid of (await TestHub.create(home()).record()).workers) kill(pid);
    const card = chat.getByTestId('error-card');
    await card.waitFor();
    const before = await said(chat);
    await workbench().screenshot('crash-card');
    await workbench().setTheme('light');
    await workbench().screenshot('crash-card-light');
    await workbench().setTheme('dark');
    await hubState(home(), 'the model is back', ({ models }) =>
      models.some(({ status, restart }) => status.kind === 'ready' && restart !== undefined),
    );
    await card.getByRole('button', { name: 'Go on' }).click();
    await card.waitFor({ state: 'detached' });
    await decoding();
    await chat.getByTestId('stop').click();
    await chat.getByTestId('answer-continue').waitFor();
    assert.ok((await said(chat)).length > before.length);
  });

  it('is kept as the user says, and the tooltip says so', async () => {
    await workbench().runCommand('Hearth: Keep Model in Memory…');
    await workbench().quickRow('Pinned').waitFor();
    await workbench().screenshot('keep-model');
    await workbench().quickRow('Pinned').click();
    await hubState(home(), 'a pinned model', ({ models }) => models.some(({ keep }) => keep === 'pinned'));
    await workbench().statusBarItem().hover();
    const hover = workbench().page.locator('.monaco-hover').filter({ hasText: 'Unloads' }).first();
    await hover.waitFor();
    assert.match(await hover.innerText(), /never: it is pinned/);
    assert.match(await hover.innerText(), /Loaded again/);
    await workbench().screenshot('kept-tooltip');
  });

  it('can be loaded with less', async () => {
    await workbench().runCommand('Hearth: Reload with Less…');
    await workbench().quickRow('Context of 65,536 tokens').waitFor();
    await workbench().screenshot('reload-with-less');
    await workbench().quickRow('Context of 65,536 tokens').click();
    await hubState(home(), 'a smaller context', ({ models }) =>
      models.some(({ status, loaded }) => status.kind === 'ready' && loaded?.contextSize === 65_536),
    );
  });

  it('can be reported about, without chats and secrets', async () => {
    await workbench().runCommand('Hearth: Report');
    await workbench().page.getByText('# Hearth report').first().waitFor();
    await workbench().screenshot('report');
  });
});
