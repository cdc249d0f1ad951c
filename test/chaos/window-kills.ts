/** Kills the extension host of a real workbench, or reloads its page; the hub and what it does must not notice. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';
import type { HubClient } from '../../src/client/hub-client';
import { connectToRunningHub } from '../../src/client/start-hub';
import { ListConversations, StopAnswer } from '../../src/shared/protocol/conversations';
import { errorInfo } from '../../src/shared/protocol/errors';
import { LoadModel } from '../../src/shared/protocol/models';
import { DEMO_WORKSPACE } from '../support/checkout';
import { kill, longText, TestHub, TINY_GPT_OSS } from '../support/hub';
import { hubState } from '../support/hub-watch';
import { Workbench } from '../support/workbench';
import { processesOf } from './chaos-home';
import { Ledger, type KnownConversation } from './ledger';
import { MOMENTS, type Moment } from './moments';
import type { Random } from './random';
import type { Kill } from './report';
import { Witness } from './witness';
import { PATIENCE_MS, within } from './within';

/** A conversation that is too long tests the context's end, not the window's. */
const KILLS_A_CHAT = 5;
/** Greedy and without a limit, the tiny model goes on for ever. */
const SETTINGS = {
  'hearth.model': TINY_GPT_OSS,
  'hearth.gpu': 'cpu',
  'hearth.threads': 1,
  'hearth.contextSize': 65_536,
  'hearth.temperature': 0,
};

export class WindowKills {
  private known: KnownConversation | undefined;
  /** What the user has sent in this chat, in order. */
  private sent: string[] = [];
  private count = 0;

  private constructor(
    private readonly scratch: string,
    private readonly workbench: Workbench,
    private readonly client: HubClient,
    private readonly random: Random,
    private readonly ledger: Ledger,
    private readonly witness: Witness,
    private chat: FrameLocator,
  ) {}

  static async start(random: Random): Promise<WindowKills> {
    const scratch = mkdtempSync(join(tmpdir(), 'hearth-windows-'));
    const hearthHome = join(scratch, 'home');
    const workspaceFolder = join(scratch, 'demo-workspace');
    cpSync(DEMO_WORKSPACE, workspaceFolder, { recursive: true });
    let workbench: Workbench | undefined;
    try {
      workbench = await Workbench.start({ hearthHome, workspaceFolder, settings: SETTINGS });
      const chat = await workbench.openChat();
      await hubState(hearthHome, 'the settings', ({ settings }) => settings.activeModel === TINY_GPT_OSS);
      const client = await connectToRunningHub(hearthHome, { kind: 'test', version: 'test' });
      if (client === undefined) throw new Error('there is no hub');
      const ledger = new Ledger(TINY_GPT_OSS);
      const witness = new Witness(client, ledger);
      await witness.start();
      return new WindowKills(scratch, workbench, client, random, ledger, witness, chat);
    } catch (error) {
      await workbench?.close();
      rmSync(scratch, { recursive: true, force: true });
      throw error;
    }
  }

  async one(): Promise<Kill> {
    const moment = MOMENTS[this.count % MOMENTS.length] ?? 'idle';
    const isKilled = this.random.chance(0.5);
    const wrong: string[] = [];
    let recoveryMs: number | undefined;
    try {
      if (this.count % KILLS_A_CHAT === 0) await this.newChat();
      const { pid, workers } = await TestHub.create(this.home).record();
      await this.reach(moment);
      const at = performance.now();
      if (isKilled) this.extensionHosts().forEach(kill);
      await this.workbench.reload();
      this.chat = await this.workbench.openChat();
      await this.shown(moment);
      recoveryMs = performance.now() - at;
      wrong.push(...(await this.judge(moment)));
      const after = await TestHub.create(this.home).record();
      if (after.pid !== pid) wrong.push('the hub ended with the window');
      if (moment !== 'load' && after.workers.join() !== workers.join())
        wrong.push('the worker is another one');
    } catch (error) {
      wrong.push(errorInfo(error).message);
      await this.workbench.keepEvidence(`chaos-window-${this.count + 1}`);
      this.count = KILLS_A_CHAT * Math.ceil(this.count / KILLS_A_CHAT) - 1; // On with a new chat.
    }
    this.count += 1;
    wrong.push(...this.witness.wrong.splice(0));
    return { target: isKilled ? 'window (kill)' : 'window (reload)', moment, recoveryMs, wrong };
  }

  async dispose(): Promise<void> {
    this.client.dispose();
    try {
      await this.workbench.close();
    } finally {
      rmSync(this.scratch, { recursive: true, force: true });
    }
  }

  private get home(): string {
    return this.workbench.hearthHome;
  }

  private extensionHosts(): number[] {
    return processesOf(this.home).filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('extensionHost');
      } catch {
        return false; // It has just ended.
      }
    });
  }

  private async newChat(): Promise<void> {
    await this.workbench.runCommand('Hearth: New Chat');
    await this.chat.getByTestId('empty-state').waitFor();
    this.known = undefined;
    this.sent = [];
  }

  private async send(text: string): Promise<void> {
    this.sent.push(text);
    const composer = this.chat.getByTestId('composer');
    await composer.click();
    await composer.fill(text);
    await this.workbench.page.keyboard.press('Enter');
  }

  /** Until the hub has the message: from then on it may not be lost. */
  private async taken(): Promise<void> {
    await this.chat
      .getByTestId('user-message')
      .nth(this.sent.length - 1)
      .waitFor();
    if (this.known !== undefined) return;
    const [newest] = await this.client.request(ListConversations, null);
    if (newest === undefined) throw new Error('the message was shown, and there is no conversation');
    const { conversation } = await this.witness.open(newest.id);
    this.known = this.ledger.add(conversation);
    for (const message of Object.values(conversation.messages)) {
      if (message.role === 'assistant') this.known.answer(message.id).begin(message);
    }
  }

  private async reach(moment: Moment): Promise<void> {
    const name = `${moment} ${this.count + 1}`;
    switch (moment) {
      case 'idle':
        await this.send(name);
        await this.taken();
        await this.stopAll();
        return;
      case 'prefill':
        await this.send(`${name} ${longText(6_000)}`);
        await this.taken();
        return;
      case 'decode':
        await this.send(name);
        await this.taken();
        await this.decoding();
        return;
      case 'load':
        this.client.request(LoadModel, { reload: true }).catch(() => undefined); // Its end shows in the state.
        await this.witness.until(({ models }) => models.some(({ status }) => status.kind === 'loading'));
        return;
      case 'write':
        await this.send(name);
        await delay(this.random.between(0, 60)); // Some time before it is stored, some time after.
    }
  }

  private decoding(): Promise<void> {
    const busy = this.witness.until(({ models }) =>
      models.some(({ activity }) => activity.kind === 'decode'),
    );
    return within(busy, PATIENCE_MS, 'an answer is being said');
  }

  /** Until the window shows again what it showed. */
  private async shown(moment: Moment): Promise<void> {
    const certain = moment === 'write' ? this.sent.length - 1 : this.sent.length;
    if (certain > 0)
      await this.chat
        .getByTestId('user-message')
        .nth(certain - 1)
        .waitFor();
    else await this.chat.getByTestId('composer').waitFor();
  }

  private async judge(moment: Moment): Promise<string[]> {
    const wrong: string[] = [];
    const conversation = this.known && (await this.witness.open(this.known.id)).conversation;
    const messages = Object.values(conversation?.messages ?? {});
    const texts = messages.filter(({ role }) => role === 'user').map(({ text }) => text);
    const last = this.sent.at(-1);
    // What was cut off before it was taken is not there, and that is right; twice it may not be.
    if (moment === 'write' && last !== undefined && !texts.includes(last)) this.sent.pop();
    if (texts.join('\n') !== this.sent.join('\n'))
      wrong.push(`the hub has ${texts.length} messages instead of the ${this.sent.length} that were sent`);
    const failed = messages.filter((message) => message.role === 'assistant' && message.error !== undefined);
    if (moment !== 'load' && failed.length > 0) wrong.push(`${failed.length} answers failed`);
    const running = messages.filter(
      (message) => message.role === 'assistant' && message.status === 'running',
    );
    if ((moment === 'decode' || moment === 'prefill') && running.length !== 1)
      wrong.push('the answer did not go on');
    if (running.length > 0) await this.decoding();
    await this.stopAll();
    return wrong;
  }

  private async stopAll(): Promise<void> {
    const { known } = this;
    if (known === undefined) return;
    for (const { id } of known.running) {
      const stopping = this.client.request(StopAnswer, { conversationId: known.id, answerId: id });
      await within(stopping, PATIENCE_MS, 'an answer was stopped');
    }
    await within(
      this.witness.until(({ queue }) => queue.length === 0),
      PATIENCE_MS,
      'the queue is empty',
    );
  }
}
