/** One answer as a client saw it come, and what may be left of it after a crash. */
import type { AssistantMessage } from '../../src/shared/protocol/conversations';

interface Length {
  at: number;
  reasoning: number;
  text: number;
}

export class StreamedAnswer {
  private reasoning = '';
  private text = '';
  /** How much there was when. */
  private lengths: Length[] = [];
  /** As it was reported finished. */
  end: AssistantMessage | undefined;
  /** Its id was told in an answer or an event: it must not vanish. */
  isAcknowledged = false;
  /** A stop was answered, so its end is on the disk. */
  isStopped = false;

  constructor(readonly id: string) {}

  get length(): number {
    return this.reasoning.length + this.text.length;
  }

  begin({ reasoning, text }: AssistantMessage): void {
    this.isAcknowledged = true;
    this.reasoning = reasoning;
    this.text = text;
  }

  add(reasoning: string, text: string): void {
    this.reasoning += reasoning;
    this.text += text;
    const { reasoning: thought, text: said } = this;
    this.lengths.push({ at: performance.now(), reasoning: thought.length, text: said.length });
  }

  /** The event of its end; what was streamed must add up to it. */
  finish(message: AssistantMessage): string[] {
    this.end = message;
    this.isAcknowledged = true;
    if (message.text === this.text && message.reasoning === this.reasoning) return [];
    return [`the answer ${this.id} ended with other words than were streamed`];
  }

  /** What is wrong with what is kept of it. */
  checkKept(kept: AssistantMessage, keptUntil: number | undefined): string[] {
    const { end, id } = this;
    if (end !== undefined) {
      const isSame =
        kept.status === 'finished' &&
        kept.text === end.text &&
        kept.reasoning === end.reasoning &&
        kept.stopReason === end.stopReason &&
        kept.error?.code === end.error?.code;
      return isSame
        ? []
        : [`the answer ${id} was reported finished (${shape(end)}) and is now ${shape(kept)}`];
    }
    const wrong: string[] = [];
    if (!related(kept.reasoning, this.reasoning) || !related(kept.text, this.text)) {
      wrong.push(`what is kept of the answer ${id} is not how it began`);
    }
    if (this.isStopped && (kept.status !== 'finished' || kept.error !== undefined)) {
      wrong.push(`the answer ${id} was stopped and stored, and is now ${shape(kept)}`);
    }
    const least = keptUntil === undefined ? undefined : this.lengths.findLast(({ at }) => at <= keptUntil);
    if (least !== undefined && (kept.reasoning.length < least.reasoning || kept.text.length < least.text)) {
      wrong.push(
        `the answer ${id} lost what had been said long before: ${shape(kept)}, of ${JSON.stringify(least)}`,
      );
    }
    return wrong;
  }

  /** Goes on from what the hub has. */
  adopt(message: AssistantMessage): void {
    this.begin(message);
    this.lengths = [];
    this.end = message.status === 'finished' ? message : undefined;
  }
}

/** One goes on where the other stops: the hub may have stored a little more than it came to say. */
function related(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

function shape({ status, stopReason, error, reasoning, text }: AssistantMessage): string {
  const end = [stopReason, error?.code].filter((part) => part !== undefined).join(', ');
  return `${status} (${end}) with ${reasoning.length} + ${text.length} characters`;
}
