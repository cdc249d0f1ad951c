/** The clients of one hub's life: a witness and those who act, on connections of their own. */
import type { HubClient } from '../../src/client/hub-client';
import type { ConversationEvent } from '../../src/shared/protocol/conversations';
import { StopAnswer } from '../../src/shared/protocol/conversations';
import { Actor } from './actor';
import type { ChaosHome } from './chaos-home';
import type { Ledger } from './ledger';
import type { Random } from './random';
import { Witness } from './witness';
import { PATIENCE_MS, within } from './within';

const ACTORS = 2;
export class Crew {
  readonly wrong: string[] = [];
  private readonly playing: Promise<unknown>[] = [];

  private constructor(
    private readonly clients: readonly HubClient[],
    readonly ledger: Ledger,
    readonly witness: Witness,
    readonly actors: readonly Actor[],
    private readonly random: Random,
  ) {}

  /** Connects; starts the hub if there is none. */
  static async connect(home: ChaosHome, ledger: Ledger, random: Random): Promise<Crew> {
    const clients = await Promise.all(Array.from({ length: ACTORS + 1 }, () => home.connect()));
    const [first, ...others] = clients;
    if (first === undefined) throw new Error('there is no client');
    const witness = new Witness(first, ledger);
    await witness.start();
    const actors = others.map((client, index) => {
      const own = ledger.alive.filter((_, place) => place % ACTORS === index);
      return new Actor(client, witness, ledger, random, index === 0, own);
    });
    return new Crew(clients, ledger, witness, actors, random);
  }

  get first(): Actor {
    const [first] = this.actors;
    if (first === undefined) throw new Error('there is no actor');
    return first;
  }

  /** Everybody does a few things; nobody waits for it. */
  play(actions: number, actors = this.actors): void {
    for (const actor of actors) this.playing.push(actor.play(actions));
  }

  /** Remembers what runs in the background, so that it is over before the crew is judged. */
  begin(action: Promise<unknown>): void {
    this.playing.push(action);
  }

  /** Resolves when everything that was begun has been answered, one way or the other. */
  async played(): Promise<void> {
    while (this.playing.length > 0) {
      await within(Promise.all(this.playing.splice(0)), PATIENCE_MS, 'every request was answered');
    }
  }

  /** Stops the answers that run until nothing is running or waiting any more. */
  async quiet(): Promise<void> {
    await this.played();
    const { witness, ledger } = this;
    // A stopped answer lets the next pending message through.
    for (let round = 0; round < 50; round++) {
      const running = ledger.alive.flatMap((known) => known.running.map(({ id }) => ({ known, id })));
      if (running.length === 0 && witness.isIdle) return;
      for (const { known, id } of running) {
        const stopping = witness.client.request(StopAnswer, { conversationId: known.id, answerId: id });
        await within(stopping, PATIENCE_MS, 'an answer was stopped');
      }
      if (!witness.isIdle)
        await within(
          witness.until(() => this.isStill),
          PATIENCE_MS,
          'the queue moved',
        );
    }
    throw new Error('the session does not come to rest');
  }

  /** Resolves with the first event of this conversation that passes. */
  event(id: string, test: (event: ConversationEvent) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const { ledger } = this;
      ledger.onEvent = (conversation, event) => {
        if (conversation !== id || !test(event)) return;
        ledger.onEvent = () => undefined;
        resolve();
      };
    });
  }

  /**
   * Whether the system can be used: a new conversation is made and answered.
   * @returns when the answer's first word came (`performance.now()`)
   */
  async probe(): Promise<number> {
    const { first } = this;
    const known = await within(first.createApart(6), PATIENCE_MS, 'a conversation was made');
    if (known === undefined)
      throw new Error(`no conversation can be made: ${first.lastError?.message ?? ''}`);
    let firstWord: number | undefined;
    const done = this.event(known.id, (event) => {
      if (event.type === 'delta') firstWord ??= performance.now();
      return event.type === 'finished';
    });
    const answerId = await within(first.send(known), PATIENCE_MS, 'a message was taken');
    if (answerId === undefined) throw new Error(`no message can be sent: ${first.lastError?.message ?? ''}`);
    await within(done, PATIENCE_MS, 'a message was answered');
    const end = known.answer(answerId).end;
    if (end?.error !== undefined) throw new Error(`the next message was not answered: ${end.error.message}`);
    if (this.random.chance(0.7)) await first.delete(known);
    return firstWord ?? performance.now();
  }

  /** What went wrong so far, each told once. */
  complaints(): string[] {
    return [this.wrong, this.witness.wrong, ...this.actors.map(({ wrong }) => wrong)].flatMap((list) =>
      list.splice(0),
    );
  }

  /** Waits until what was still under way to the witness has arrived, after the hub has gone. */
  async lost(): Promise<void> {
    await this.played();
    this.dispose();
  }

  dispose(): void {
    for (const client of this.clients) client.dispose();
  }

  private get isStill(): boolean {
    return this.witness.isIdle || this.ledger.alive.some(({ running }) => running.length > 0);
  }
}
