/** What the hub asks a worker to put before the model: structured, not yet text, not yet tokens. */

export type ReasoningEffort = 'low' | 'medium' | 'high';

/** A function that the model may call. `parameters` is a JSON schema object. */
export interface ToolDefinition {
  name: string;
  description: string;
  parameters?: Record<string, unknown>;
}

/** A call that the model made. `argumentsJson` is kept as the model wrote it, even if it is not valid JSON. */
export interface ToolCall {
  id: string;
  name: string;
  argumentsJson: string;
}

export type PromptMessage =
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string; reasoning: string; toolCalls: ToolCall[] }
  | { role: 'tool'; name: string; callId: string; text: string };

/**
 * One prompt, complete: nothing else reaches the model.
 *
 * `system` is the harmony system message (gpt-oss only), already expanded and sent as it stands; empty means none.
 * `instructions` are the user's own: harmony's developer message, any other template's system message.
 * `openAnswer` is an unfinished answer that the model is to continue.
 */
export interface Prompt {
  system: string;
  instructions: string;
  tools: ToolDefinition[];
  effort: ReasoningEffort;
  messages: PromptMessage[];
  openAnswer?: { reasoning: string; text: string };
}
