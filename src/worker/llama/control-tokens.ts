import type { LlamaModel, Token } from 'node-llama-cpp';

/**
 * Every token that stands for control instead of text, with its spelling: control tokens by type, and those
 * that look like one (`<|start|>`), since llama.cpp calls gpt-oss's "user-defined" and then finds them in plain text.
 */
export function readControlTokens(model: LlamaModel): ReadonlyMap<Token, string> {
  const found = new Map<Token, string>();
  for (const token of model.iterateAllTokens()) {
    const attributes = model.getTokenAttributes(token);
    if (!attributes.control && !attributes.userDefined) continue;
    const text = model.detokenize([token], true);
    if (attributes.control || /^<\|.*\|>$/.test(text)) found.set(token, text);
  }
  return found;
}
