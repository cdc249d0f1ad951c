/** A parser's events with neighbouring texts of one kind joined, so that how the text was cut does not matter. */
import type { HarmonyEvent } from '../../src/worker/harmony/parser';

export function joined(events: readonly HarmonyEvent[]): HarmonyEvent[] {
  const out: HarmonyEvent[] = [];
  for (const event of events) {
    const last = out.at(-1);
    if (last !== undefined && 'text' in last && 'text' in event && last.type === event.type) {
      out[out.length - 1] = { ...last, text: last.text + event.text };
    } else {
      out.push(event);
    }
  }
  return out;
}
