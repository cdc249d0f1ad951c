/** Harmony's system message as a template that the user may edit. */

/** The default system message of OpenAI's `openai-harmony`, with what changes from turn to turn left open. */
export const DEFAULT_HARMONY_SYSTEM = `You are ChatGPT, a large language model trained by OpenAI.
Knowledge cutoff: 2024-06
Current date: {date}

Reasoning: {effort}

# Valid channels: analysis, commentary, final. Channel must be included for every message.{tools}`;

const TOOLS_LINE = "\nCalls to these tools must go to the commentary channel: 'functions'.";

/**
 * Fills `{effort}`, `{date}` and `{tools}` of a system message; every other text, other braces too, stays as it is.
 * `date` is written as given (openai-harmony uses YYYY-MM-DD). `{tools}` becomes a line of its own or nothing.
 */
export function expandSystemMessage(
  template: string,
  values: { effort: string; date: string; hasTools: boolean },
): string {
  const replacements: Record<string, string> = {
    '{effort}': values.effort,
    '{date}': values.date,
    '{tools}': values.hasTools ? TOOLS_LINE : '',
  };
  return template.replace(
    /\{(?:effort|date|tools)\}/g,
    (placeholder) => replacements[placeholder] ?? placeholder,
  );
}
