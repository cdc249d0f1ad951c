/** Answers with everything that markdown has. */

const FENCE = '```';

export const RICH_ANSWER = `The queue orders entries by **priority first** and then by *age*. See \`AdmissionQueue.next()\` and the
[Node.js documentation](https://nodejs.org/api/timers.html).

## How ageing works

1. Every entry keeps the time at which it came.
2. The comparison lowers the rank by waiting time:
   - \`chat\` waits at most 2 s,
   - \`background\` waits at most 60 s.
3. Ties go to the older entry.

${FENCE}ts
/** The next entry to run. */
export function next(entries: readonly Entry[], now: number): Entry | undefined {
  const rank = ({ priority, since }: Entry) => RANKS[priority] - (now - since) / 1000;
  return entries.toSorted((a, b) => rank(a) - rank(b))[0]; // the lowest one, 42 at most
}
${FENCE}

| priority | rank | longest wait |
|---|--:|---|
| chat | 0 | 2 s |
| inline edit | 10 | 12 s |
| background | 60 | 60 s |

- [x] ageing is bounded
- [ ] weights are configurable

> A waiting entry that is cancelled leaves at once.
> It is never decoded.

${FENCE}diff
-  return entries[0];
+  return entries.toSorted(byRank)[0];
${FENCE}

Math stays as it was written: \\(r = p - \\frac{t}{1000}\\). HTML too: <div class="x">text</div>.

---

${FENCE}sh
npm test -- --grep "ageing"
${FENCE}
`;

export const LONG_WORDS = `${'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(2)}

https://example.com/a/very/long/address/${'that-does-not-end-'.repeat(8)}

\`${'inline_code_without_any_break_'.repeat(5)}\`

| ${'column'.repeat(8)} | b |
|---|---|
| ${'cell'.repeat(14)} | c |
`;
