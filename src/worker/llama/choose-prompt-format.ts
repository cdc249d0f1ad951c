import type { LlamaModel, Token } from 'node-llama-cpp';
import { HearthError } from '../../shared/protocol/errors';
import { harmonyFormat, templateFormat, type PromptFormat } from '../prompt/prompt-format';
import type { Tokenizer } from '../prompt/tokenize';

/** ChatML, spoken by most models whose file has no template of its own. */
const CHATML =
  "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}" +
  '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';

/**
 * Harmony for gpt-oss, the file's own chat template for every other model.
 * @throws HearthError `template-failed` when there is neither
 */
export function choosePromptFormat(
  model: LlamaModel,
  controlTokens: ReadonlyMap<Token, string>,
): PromptFormat {
  const names = new Map<string, number>();
  for (const [token, text] of controlTokens) names.set(text, token);
  const tokenizer: Tokenizer = {
    encode: (text, specialTokens) => model.tokenize(text, specialTokens),
    controlTokens: names,
  };
  if (
    (model.architecture as string) === 'gpt-oss' ||
    (names.has('<|channel|>') && names.has('<|message|>'))
  ) {
    return harmonyFormat(tokenizer);
  }
  const own = model.fileInfo.metadata.tokenizer.chat_template;
  const source = own ?? (names.has('<|im_start|>') ? CHATML : undefined);
  if (source === undefined) {
    throw new HearthError(
      'template-failed',
      'This model brings no chat template along, so Hearth does not know how to speak to it.',
      'Choose an instruction-tuned ("Instruct", "Chat") version of the model.',
    );
  }
  const { bos, bosString, eosString, shouldPrependBosToken } = model.tokens;
  const endTokens = [...controlTokens].flatMap(([token, text]) => (model.isEogToken(token) ? [text] : []));
  return templateFormat(
    { source, bosToken: bosString ?? '', eosToken: eosString ?? '', controlTokens: [...names.keys()] },
    tokenizer,
    shouldPrependBosToken && bos !== null ? bos : undefined,
    endTokens,
  );
}
