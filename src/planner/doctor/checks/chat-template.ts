import { refuted, SWITCH_MODEL, unchecked, verified, type Check, type Outcome } from '../check';

/** What a usual chat template does; one that does not is worth a look when answers are odd. */
export const chatTemplateCheck: Check = {
  id: 'chat-template',
  title: 'The chat template is missing or unusual',
  meaning:
    'The chat template turns a conversation into the text that the model was trained on. Without the right one a model rambles, or speaks for the user.',
  look: ({ model, resident }) => {
    if (!model.known) return unchecked(model.why);
    const { value } = model;
    if (value.kind !== 'gguf') return unchecked('Only a GGUF file has its template in its header.');
    if (value.architecture === 'gpt-oss')
      return refuted('gpt-oss speaks harmony, which Hearth writes itself.');
    if (value.chatTemplate !== undefined && value.chatTemplate.trim() !== '')
      return judge(value.chatTemplate);
    // A vocabulary with ChatML's markers is spoken to in ChatML; only a load shows that.
    if (resident?.loaded !== undefined) {
      return verified(
        'info',
        ['The file has no chat template; its vocabulary has the markers of ChatML, which is used instead.'],
        'If the answers are odd, use a version of the model that brings its template along.',
        SWITCH_MODEL,
      );
    }
    return verified(
      'warning',
      ['The file has no tokenizer.chat_template.'],
      'Choose an instruction-tuned ("Instruct", "Chat") version of the model. Hearth can only load this one if its vocabulary has the markers of ChatML.',
      SWITCH_MODEL,
    );
  },
};

function judge(template: string): Outcome {
  const oddities: string[] = [];
  if (!/\bmessages\b/.test(template)) oddities.push('The template never looks at the messages.');
  if (!template.includes('add_generation_prompt')) {
    oddities.push('The template does not say where the answer begins (add_generation_prompt).');
  }
  if (/raise_exception\([^)]*system/i.test(template) || refusesSystem(template)) {
    oddities.push('The template refuses a system message: leave "hearth.prompt.instructions" empty.');
  }
  if (oddities.length === 0) {
    const tools = /\btools\b/.test(template) ? 'tools included' : 'without tools';
    return refuted(`The file has a chat template (${template.length} characters, ${tools}).`);
  }
  const isUseless = !/\bmessages\b/.test(template);
  return verified(
    isUseless ? 'error' : 'info',
    oddities,
    'If the answers are odd, use another version of the model, or see what the prompt looks like.',
    SWITCH_MODEL,
  );
}

/** "{% if messages[0]['role'] == 'system' %}{{ raise_exception(…) }}" */
function refusesSystem(template: string): boolean {
  return /==\s*['"]system['"]\s*-?%\}\s*\{\{-?\s*raise_exception/.test(template);
}
