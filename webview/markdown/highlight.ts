/** Code with its colours. The colours come a moment after the first code: the chat's first paint does not wait for them. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { colour as Colour } from './highlighter';
import { sanitizeCode } from './sanitize';

/** Longer code is shown without colours: they would hold up the page. */
const MOST_CHARACTERS = 60_000;

let colour: typeof Colour | undefined;
let reading: Promise<void> | undefined;

/** Sanitized HTML, or undefined where the code is plain: while its colours are being read, or for ever. */
export function useHighlight(code: string, language: string): string | undefined {
  const [ready, setReady] = useState(colour !== undefined);
  useEffect(() => {
    if (!ready) void readHighlighter().then(() => setReady(colour !== undefined));
  }, [ready]);
  return useMemo(() => {
    if (!ready || colour === undefined || code.length > MOST_CHARACTERS) return undefined;
    const html = colour(code, language);
    return html === undefined ? undefined : sanitizeCode(html);
  }, [ready, code, language]);
}

/** Resolves once code can have colours. Never rejects: without them code can still be read. */
export function readHighlighter(): Promise<void> {
  // The bundles lie side by side; build.mjs leaves this path as it is.
  reading ??= import('./highlighter.js').then(
    (module) => {
      colour = module.colour;
    },
    (error: unknown) => console.warn('Code stays without colours:', error),
  );
  return reading;
}
