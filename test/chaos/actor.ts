/** One client of the scripted session: does by chance what a person does, and notes what was acknowledged. */
import type { RequestType } from 'vscode-jsonrpc';
import type { HubClient } from '../../src/client/hub-client';
import {
  ConfigureConversation,
  CreateConversation,
  DeleteConversation,
  EditPending,
  Regenerate,
  RenameConversation,
  SendMessage,
  StopAnswer,
} from '../../src/shared/protocol/conversations';
import { errorInfo, HearthError, type ErrorInfo } from '../../src/shared/protocol/errors';
import { LoadModel } from '../../src/shared/protocol/models';
import { UpdateSettings, type ConversationSettings } from '../../src/shared/protocol/settings';
import { longText, TINY_GPT_OSS, TINY_LLAMA } from '../support/hub';
import { checkWords, type KnownConversation, type Ledger } from './ledger';
import type { Random } from './random';
import { Slot } from './slot';
import type { Witness } from './witness';

/** Greedy, the tiny models repeat themselves for ever. */
const ENDLESS: Partial<ConversationSettings> = {
  system: 'x',
  sampling: { temperature: 0, topP: 1, topK: 0, minP: 0 },
};
const MOST_CONVERSATIONS = 4;
/** What a request may end with when something was killed meanwhile. */
const EXPECTED = new Set([
  'hub-lost',
  'hub-unreachable',
  'worker-ended',
  'cancelled',
  'no-model',
  // A pending message was sent before its edit came.
  'message-not-found',
]);

let counter = 0;

/** A text that no other message has. */
function uniqueText(what: string): string {
  counter += 1;
  return `${what} ${counter}`;
}

export class Actor {
  private readonly own: KnownConversation[] = [];
  /** Errors that nobody would expect of a kill. */
  readonly wrong: string[] = [];
  /** What the last failed request was told. */
  lastError: ErrorInfo | undefined;

  constructor(
    private readonly client: HubClient,
    private readonly witness: Witness,
    private readonly ledger: Ledger,
    private readonly random: Random,
    /** The model and the settings are one actor's, so that it is known which change was the last. */
    private readonly isFirst: boolean,
    own: readonly KnownConversation[],
  ) {
    this.own.push(...own);
  }

  get conversations(): readonly KnownConversation[] {
    return this.own.filter(({ deleted }) => deleted === 'no');
  }

  /** Does a number of things, one after the other, until the connection is lost. */
  async play(actions: number): Promise<void> {
    for (let count = 0; count < actions && this.lastError?.code !== 'hub-lost'; count++) await this.act();
  }

  private async act(): Promise<void> {
    const { random, conversations } = this;
    if (conversations.length === 0) {
      await this.create();
      return;
    }
    const actions: (() => Promise<unknown>)[] = [
      () => this.send(random.pick(conversations)),
      () => this.send(random.pick(conversations)),
      () => this.stop(random.pick(conversations)),
      () => this.regenerate(random.pick(conversations)),
      () => this.rename(random.pick(conversations)),
      () => this.configure(random.pick(conversations)),
      () => this.editPending(random.pick(conversations)),
      () =>
        conversations.length < MOST_CONVERSATIONS ? this.create() : this.delete(random.pick(conversations)),
      ...(this.isFirst ? [() => this.changeSettings(), () => this.switchModel()] : []),
    ];
    await random.pick(actions)();
  }

  private async create(): Promise<void> {
    const known = await this.createApart(this.random.between(5, 400));
    if (known !== undefined) this.own.push(known);
  }

  /** A conversation that is none of this actor's own: in the middle of its play, nothing else is sent there. */
  async createApart(maxTokens: number): Promise<KnownConversation | undefined> {
    const data = await this.request(CreateConversation, { settings: { ...ENDLESS, maxTokens } });
    if (data === undefined) return undefined;
    const known = this.ledger.add(data);
    await this.quietly(() => this.witness.open(data.id));
    return known;
  }

  /** Answers with the answer's id, or undefined when the message waits or the request failed. */
  async send(known: KnownConversation, text = uniqueText('message')): Promise<string | undefined> {
    // A few at a time: a queue that only grows tests nothing but patience.
    if (known.running.length > 1) {
      await this.stop(known);
      return undefined;
    }
    const content = { text, attachments: [] };
    const result = await this.request(SendMessage, { conversationId: known.id, content });
    if (result === undefined) return undefined;
    if (result.kind === 'pending') {
      known.pending.set(result.id, { text: new Slot(text), wordings: [text] });
      return undefined;
    }
    known.sent.set(result.userMessageId, { text, answerId: result.answerId });
    known.answer(result.answerId).isAcknowledged = true;
    return result.answerId;
  }

  /** As `send`, with a prompt that takes a while to read. */
  sendLong(known: KnownConversation): Promise<string | undefined> {
    return this.send(known, `${uniqueText('long message')} ${longText(this.random.between(2_000, 4_000))}`);
  }

  async stop(known: KnownConversation): Promise<void> {
    const answer = known.running.at(-1);
    if (answer === undefined) return;
    const stopped = await this.request(StopAnswer, { conversationId: known.id, answerId: answer.id });
    if (stopped !== undefined) answer.isStopped = true;
  }

  async regenerate(known: KnownConversation): Promise<void> {
    if (known.running.length > 0) return this.stop(known);
    const answer = [...known.answers.values()].at(-1);
    if (answer === undefined) return;
    const result = await this.request(Regenerate, { conversationId: known.id, answerId: answer.id });
    if (result !== undefined) known.answer(result.answerId).isAcknowledged = true;
  }

  async rename(known: KnownConversation): Promise<void> {
    const title = uniqueText('title');
    known.title.ask(title);
    const done = await this.request(RenameConversation, { id: known.id, title });
    if (done !== undefined) known.title.acknowledge(title);
  }

  async configure(known: KnownConversation): Promise<void> {
    const instructions = uniqueText('be brief');
    known.instructions.ask(instructions);
    const done = await this.request(ConfigureConversation, {
      conversationId: known.id,
      settings: { instructions },
    });
    if (done !== undefined) known.instructions.acknowledge(instructions);
  }

  private async editPending(known: KnownConversation): Promise<void> {
    const entry = [...known.pending].at(-1);
    if (entry === undefined) {
      await this.send(known);
      return;
    }
    const [pendingId, pending] = entry;
    const isTaken = this.random.chance(0.3);
    const text = uniqueText('edited');
    if (isTaken) known.pending.delete(pendingId);
    else {
      pending.text.ask(text);
      pending.wordings.push(text);
    }
    const content = isTaken ? null : { text, attachments: [] };
    const done = await this.request(EditPending, { conversationId: known.id, pendingId, content });
    if (done === undefined) return;
    if (isTaken) known.takenBack.add(pendingId);
    else pending.text.acknowledge(text);
  }

  async delete(known: KnownConversation): Promise<void> {
    known.deleted = 'asked';
    known.pending.clear();
    const done = await this.request(DeleteConversation, { id: known.id });
    if (done !== undefined) known.deleted = 'yes';
  }

  private async changeSettings(): Promise<void> {
    const { ledger, random } = this;
    const instructions = uniqueText('default');
    const keepAliveMinutes = random.between(10, 1_000);
    const { conversation } = await this.client
      .request(UpdateSettings, {})
      .catch(() => ({ conversation: undefined }));
    if (conversation === undefined) return;
    ledger.defaults.ask(instructions);
    ledger.keepAlive.ask(keepAliveMinutes);
    const done = await this.request(UpdateSettings, {
      keepAliveMinutes,
      conversation: { ...conversation, instructions },
    });
    if (done === undefined) return;
    ledger.defaults.acknowledge(instructions);
    ledger.keepAlive.acknowledge(keepAliveMinutes);
  }

  /** The other of the two models, loaded; or the same once more. */
  async switchModel(): Promise<void> {
    const { model } = this.ledger;
    const path = model.value === TINY_LLAMA ? TINY_GPT_OSS : TINY_LLAMA;
    model.ask(path);
    const done = await this.request(LoadModel, { path });
    if (done !== undefined) model.acknowledge(path);
  }

  async reload(): Promise<void> {
    await this.request(LoadModel, { reload: true });
  }

  private async request<P, R>(type: RequestType<P, R, ErrorInfo>, params: P): Promise<R | undefined> {
    try {
      return await this.client.request(type, params);
    } catch (error) {
      this.note(type.method, error);
      return undefined;
    }
  }

  private async quietly(request: () => Promise<unknown>): Promise<void> {
    try {
      await request();
    } catch (error) {
      this.note('open', error);
    }
  }

  private note(what: string, error: unknown): void {
    const info = errorInfo(error);
    this.lastError = info;
    const isExpected = error instanceof HearthError && EXPECTED.has(info.code);
    if (!isExpected) this.wrong.push(`${what} was refused: ${info.code}: ${info.message}`);
    this.wrong.push(...checkWords(info).map((word) => `${what}: ${word}`));
  }
}
