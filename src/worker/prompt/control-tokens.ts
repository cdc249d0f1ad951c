/**
 * Keeps control tokens that stand in somebody's text (a file about chat templates, a tool's output) from becoming
 * control tokens. llama.cpp marks some of them as user-defined and parses those out of plain text even with special
 * tokens off, so the text has to be broken inside each of them before it is tokenized.
 */

/** Unicode noncharacters: never assigned, never in a well-formed document, so one of them is always free. */
const FIRST_NONCHARACTER = 0xfdd0;
const LAST_NONCHARACTER = 0xfdef;

/**
 * Splits `text` so that no piece contains one of `controlTokens`; the pieces joined are the text. The cut is after a
 * token's second character: `<|` is a pre-token of its own in o200k, so the cut changes no token of the text.
 * Tokens of a single character cannot be split and are left alone.
 */
export function breakControlTokens(text: string, controlTokens: readonly string[]): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const cut of cuts(text, controlTokens)) {
    pieces.push(text.slice(from, cut));
    from = cut;
  }
  pieces.push(text.slice(from));
  return pieces.filter((piece) => piece !== '');
}

/** Puts `marker` where `breakControlTokens` would cut. */
export function markControlTokens(text: string, controlTokens: readonly string[], marker: string): string {
  return breakControlTokens(text, controlTokens).join(marker);
}

/**
 * A character that occurs in none of `texts`, to mark places that survive a template.
 * @throws Error when all 32 candidates occur, which only a text made for it does.
 */
export function chooseMarker(texts: readonly string[]): string {
  for (let code = FIRST_NONCHARACTER; code <= LAST_NONCHARACTER; code++) {
    const marker = String.fromCharCode(code);
    if (!texts.some((text) => text.includes(marker))) return marker;
  }
  throw new Error('The text contains every Unicode noncharacter from U+FDD0 to U+FDEF.');
}

/** Ascending and without duplicates. */
function cuts(text: string, controlTokens: readonly string[]): number[] {
  const found = new Set<number>();
  // A vocabulary has a thousand control tokens and most texts none, so the shared beginning is looked for first.
  for (const [beginning, tokens] of byBeginning(controlTokens)) {
    // Overlapping occurrences count too: each has to be broken.
    for (let at = text.indexOf(beginning); at !== -1; at = text.indexOf(beginning, at + 1)) {
      for (const token of tokens) if (text.startsWith(token, at)) found.add(at + cutInside(token));
    }
  }
  return [...found].sort((a, b) => a - b);
}

function byBeginning(controlTokens: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const token of controlTokens) {
    if (token.length < 2) continue;
    const beginning = token.slice(0, 2);
    const group = groups.get(beginning);
    if (group === undefined) groups.set(beginning, [token]);
    else group.push(token);
  }
  return groups;
}

function cutInside(token: string): number {
  if (token.length === 2) return 1;
  const atPair = /[\uD800-\uDBFF]/.test(token[1] ?? '') && /[\uDC00-\uDFFF]/.test(token[2] ?? '');
  return atPair ? 1 : 2;
}
