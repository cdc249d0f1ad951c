/**
 * What the hub has acknowledged, kept outside of it. After every kill the next hub must say the same, or better:
 * a request that was on its way may have been done or not.
 */
import type {
  AssistantMessage,
  Conversation,
  ConversationEvent,
  ConversationSummary,
} from '../../src/shared/protocol/conversations';
import type { ErrorInfo } from '../../src/shared/protocol/errors';
import type { HubSettings } from '../../src/shared/protocol/settings';
import { Slot } from './slot';
import { StreamedAnswer } from './streamed-answer';

/** A message that was acknowledged as pending: it must wait, or have been sent in one of its wordings. */
export interface KnownPending {
  text: Slot<string>;
  wordings: string[];
}

export class KnownConversation {
  deleted: 'no' | 'asked' | 'yes' = 'no';
  /** Undefined is a title that the hub chose. */
  readonly title = new Slot<string | undefined>(undefined);
  readonly instructions: Slot<string>;
  /** The user's messages that were acknowledged as sent, by id. */
  readonly sent = new Map<string, { text: string; answerId: string }>();
  /** What was acknowledged as pending, by id. */
  readonly pending = new Map<string, KnownPending>();
  /** Pending messages whose taking back was acknowledged. */
  readonly takenBack = new Set<string>();
  readonly answers = new Map<string, StreamedAnswer>();

  constructor(readonly data: Conversation) {
    this.instructions = new Slot(data.settings.instructions);
  }

  get id(): string {
    return this.data.id;
  }

  get running(): StreamedAnswer[] {
    return [...this.answers.values()].filter((answer) => answer.end === undefined);
  }

  answer(id: string): StreamedAnswer {
    const known = this.answers.get(id) ?? new StreamedAnswer(id);
    this.answers.set(id, known);
    return known;
  }
}

export class Ledger {
  readonly conversations = new Map<string, KnownConversation>();
  readonly defaults = new Slot('');
  readonly keepAlive = new Slot(30);
  readonly model: Slot<string>;
  /** Called with every event of a conversation, after it was taken down. */
  onEvent: (id: string, event: ConversationEvent) => void = () => undefined;

  constructor(model: string) {
    this.model = new Slot(model);
  }

  get alive(): KnownConversation[] {
    return [...this.conversations.values()].filter(({ deleted }) => deleted === 'no');
  }

  add(data: Conversation): KnownConversation {
    const known = new KnownConversation(data);
    this.conversations.set(data.id, known);
    return known;
  }

  /** Takes an event of a watched conversation down; returns what is wrong with it. */
  see(id: string, event: ConversationEvent): string[] {
    const known = this.conversations.get(id);
    if (known === undefined) return [];
    const wrong: string[] = [];
    if (event.type === 'messages') {
      for (const message of event.messages) {
        if (message.role === 'assistant') known.answer(message.id).begin(message);
      }
    } else if (event.type === 'delta') {
      known.answer(event.messageId).add(event.reasoning, event.text);
    } else if (event.type === 'finished') {
      wrong.push(...known.answer(event.message.id).finish(event.message));
    }
    this.onEvent(id, event);
    return wrong;
  }

  /** What the hub's list of conversations contradicts. */
  checkList(list: readonly ConversationSummary[]): string[] {
    const listed = new Set(list.map(({ id }) => id));
    return [...this.conversations.values()].flatMap(({ id, deleted }) => {
      if (deleted === 'no' && !listed.has(id)) return [`conversation ${id} is not listed any more`];
      if (deleted === 'yes' && listed.has(id)) return [`conversation ${id} was deleted and is listed`];
      return [];
    });
  }

  checkSettings(settings: HubSettings): string[] {
    return [
      ...this.defaults.check('the default instructions', settings.conversation.instructions),
      ...this.keepAlive.check('keepAliveMinutes', settings.keepAliveMinutes),
      ...this.model.check('the active model', settings.activeModel ?? ''),
    ];
  }

  /**
   * What a conversation, as the hub tells it, contradicts; from then on this is what is known.
   * @param keptUntil what had been said by then must be there (`performance.now()`); undefined after a power cut
   */
  checkConversation(known: KnownConversation, data: Conversation, keptUntil: number | undefined): string[] {
    const of = (what: string) => `conversation ${known.id}: ${what}`;
    const wrong = [
      ...known.instructions.check('the instructions', data.settings.instructions),
      ...known.title.checkUnless(undefined, 'the title', data.title),
    ];
    for (const [id, { text, answerId }] of known.sent) {
      const message = data.messages[id];
      if (message?.role !== 'user') wrong.push(`message ${id} ("${text}") is lost`);
      else if (message.text !== text) wrong.push(`message ${id} says "${message.text}" instead of "${text}"`);
      const answer = data.messages[answerId];
      if (answer?.role !== 'assistant') wrong.push(`the answer ${answerId} to "${text}" is lost`);
    }
    wrong.push(...checkPending(known, data));
    for (const answer of known.answers.values()) {
      const message = data.messages[answer.id];
      if (message === undefined && !answer.isAcknowledged) continue;
      if (message?.role !== 'assistant') wrong.push(`the answer ${answer.id} is lost`);
      else wrong.push(...answer.checkKept(message, keptUntil));
    }
    for (const message of Object.values(data.messages)) {
      if (message.role !== 'assistant') continue;
      wrong.push(...checkEnd(message));
      // What the hub has now is where the next check begins: an answer that nobody saw begin, too.
      known.answer(message.id).adopt(message);
    }
    return wrong.map(of);
  }
}

/** An edit that came while the message was being sent has nothing to change any more, and is answered all the same. */
function checkPending(known: KnownConversation, data: Conversation): string[] {
  const wrong: string[] = [];
  const said = new Set(Object.values(data.messages).map(({ text }) => text));
  for (const [id, { text, wordings }] of known.pending) {
    const waiting = data.pending.find((entry) => entry.id === id);
    if (waiting !== undefined) wrong.push(...text.check('a pending message', waiting.content.text));
    else if (!wordings.some((wording) => said.has(wording)))
      wrong.push(`the pending message "${wordings.join('" or "')}" is lost`);
  }
  for (const { id, content } of data.pending) {
    if (known.takenBack.has(id))
      wrong.push(`the pending message "${content.text}" was taken back and waits again`);
  }
  return wrong;
}

/** A stored answer that failed says why, in words. */
export function checkEnd(message: AssistantMessage): string[] {
  if (message.status === 'running') return [];
  if (message.stopReason === undefined) return [`the answer ${message.id} ended without a reason`];
  if (message.stopReason !== 'failed') return [];
  if (message.error === undefined) return [`the answer ${message.id} failed without an error`];
  return checkWords(message.error).map((what) => `the answer ${message.id}: ${what}`);
}

/** An error is a sentence for a person, with advice; `internal` is a bug. */
export function checkWords({ code, message, advice }: ErrorInfo): string[] {
  const isSentence = (text: string) =>
    /^[A-Z\p{Lu}a-z].*\.$/su.test(text) && !/undefined|\bat .+:\d+/.test(text);
  if (code === 'internal') return [`an error that nobody had thought of: ${message}`];
  if (!isSentence(message) || !isSentence(advice)) return [`not in words: ${message} / ${advice}`];
  return [];
}
