/** Text with its control tokens kept apart, so that text can never turn into a control token by accident. */

/** `special` is the text of one control token, such as `<|start|>`; `text` is anything else. */
export type Segment = { special: string } | { text: string };

/** The segments as one string, control tokens visible: for a person's eyes, never for a tokenizer. */
export function segmentsToText(segments: readonly Segment[]): string {
  return segments.map((segment) => ('special' in segment ? segment.special : segment.text)).join('');
}
