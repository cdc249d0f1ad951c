/** A client that watches every conversation and takes down what it is told; the events must be without gaps. */
import type { HubClient } from '../../src/client/hub-client';
import {
  ConversationChanged,
  ListConversations,
  OpenConversation,
  type ConversationSnapshot,
} from '../../src/shared/protocol/conversations';
import { errorInfo } from '../../src/shared/protocol/errors';
import { UpdateSettings } from '../../src/shared/protocol/settings';
import { StateChanged, SubscribeState, type HubState } from '../../src/shared/protocol/system';
import type { Ledger } from './ledger';

export class Witness {
  private readonly sequences = new Map<string, number>();
  /** What the events themselves got wrong. */
  readonly wrong: string[] = [];
  state: HubState | undefined;
  onState: () => void = () => undefined;

  constructor(
    readonly client: HubClient,
    private readonly ledger: Ledger,
  ) {
    client.on(ConversationChanged, ({ conversationId, sequence, event }) => {
      const last = this.sequences.get(conversationId);
      if (last !== undefined && sequence !== last + 1)
        this.wrong.push(`conversation ${conversationId}: event ${sequence} came after ${last}`);
      this.sequences.set(conversationId, sequence);
      this.wrong.push(...ledger.see(conversationId, event));
    });
    client.on(StateChanged, ({ patch }) => {
      if (this.state !== undefined) Object.assign(this.state, patch);
      this.onState();
    });
  }

  async start(): Promise<void> {
    this.state = (await this.client.request(SubscribeState, null)).state;
  }

  async open(id: string): Promise<ConversationSnapshot> {
    const snapshot = await this.client.request(OpenConversation, { id });
    if (!this.sequences.has(id)) this.sequences.set(id, snapshot.sequence);
    return snapshot;
  }

  /**
   * Asks the hub for everything and holds it against the ledger. Nothing may be running.
   * @param keptUntil see `Ledger.checkConversation`
   */
  async check(keptUntil: number | undefined): Promise<string[]> {
    const { client, ledger } = this;
    const wrong = ledger.checkList(await client.request(ListConversations, null));
    wrong.push(...ledger.checkSettings(await client.request(UpdateSettings, {})));
    for (const known of ledger.conversations.values()) {
      try {
        const { conversation } = await this.open(known.id);
        if (known.deleted === 'yes') wrong.push(`conversation ${known.id} was deleted and is back`);
        known.deleted = 'no';
        wrong.push(...ledger.checkConversation(known, conversation, keptUntil));
      } catch (error) {
        const { code, message } = errorInfo(error);
        if (code !== 'conversation-not-found' || known.deleted === 'no')
          wrong.push(`conversation ${known.id} cannot be opened: ${message}`);
        known.deleted = 'yes'; // What is lost is told once.
      }
    }
    return wrong;
  }

  /** Resolves once the state passes. */
  until(test: (state: HubState) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.state === undefined || !test(this.state)) return;
        this.onState = () => undefined;
        resolve();
      };
      this.onState = look;
      look();
    });
  }

  get isIdle(): boolean {
    return this.state?.queue.length === 0;
  }
}
