/** Turns the events of an output parser into packets and keeps the counts that the figures need. */
import type { HarmonyEvent } from '../harmony/parser';
import type { ToolCall } from '../../shared/protocol/prompt';
import type { AnswerPacket } from '../../shared/protocol/worker';

export class Answer {
  tokens = 0;
  reasoningTokens = 0;
  reasoningMs = 0;
  toolCalls = 0;
  ended: 'return' | 'call' | 'end' | undefined;
  private readonly startedAt = performance.now();
  private reasoning = false;
  private readonly openCalls = new Map<string, ToolCall>();

  constructor(private readonly emit: (packet: AnswerPacket) => void) {}

  /** Counts one generated token towards the channel that the parser was in before it. */
  countToken(): void {
    this.tokens += 1;
    if (this.reasoning) this.reasoningTokens += 1;
  }

  take(events: readonly HarmonyEvent[]): void {
    for (const event of events) this.takeOne(event);
  }

  /** A call that was cut off is handed over as far as it came. */
  finish(): void {
    for (const id of [...this.openCalls.keys()]) this.closeCall(id);
    this.leaveReasoning();
  }

  private takeOne(event: HarmonyEvent): void {
    switch (event.type) {
      case 'reasoning':
        this.reasoning = true;
        this.emit({ type: 'reasoning', text: event.text, tokens: this.tokens });
        return;
      case 'answer':
        this.leaveReasoning();
        this.emit({ type: 'answer', text: event.text, tokens: this.tokens });
        return;
      case 'toolCallStart':
        this.leaveReasoning();
        this.openCalls.set(event.id, { id: event.id, name: event.name, argumentsJson: '' });
        return;
      case 'toolCallArguments': {
        const call = this.openCalls.get(event.id);
        if (call !== undefined) call.argumentsJson += event.text;
        return;
      }
      case 'toolCallEnd':
        this.closeCall(event.id);
        return;
      case 'end':
        this.ended = event.reason;
    }
  }

  private leaveReasoning(): void {
    if (!this.reasoning) return;
    this.reasoning = false;
    this.reasoningMs = performance.now() - this.startedAt;
  }

  private closeCall(id: string): void {
    const call = this.openCalls.get(id);
    if (call === undefined) return;
    this.openCalls.delete(id);
    this.toolCalls += 1;
    this.emit({ type: 'toolCall', call, tokens: this.tokens });
  }
}
