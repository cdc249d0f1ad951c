import { formatCount } from '../../../shared/util/format';
import { openSetting, refuted, unchecked, verified, type Check } from '../check';

/** A context longer than the model has ever seen. */
export const contextCheck: Check = {
  id: 'context-beyond-training',
  title: 'The context is longer than the model was trained for',
  meaning: 'Beyond its training a model loses the thread: answers get worse, or break down into repetition.',
  look: ({ model, settings, resident }) => {
    if (!model.known) return unchecked(model.why);
    if (model.value.kind !== 'gguf' || model.value.trainContext <= 0)
      return unchecked('The model does not say what context it was trained for.');
    const trained = model.value.trainContext;
    const wished = settings.contextSize === 'auto' ? undefined : settings.contextSize;
    const used = resident?.loaded?.contextSize ?? wished;
    if (used === undefined)
      return refuted(`The context follows the training, at most ${formatCount(trained)} tokens.`);
    // The engine pads a context to whole blocks.
    if (used <= trained || Math.ceil(trained / 256) * 256 === used)
      return refuted(`The context has ${formatCount(used)} of ${formatCount(trained)} trained tokens.`);
    return verified(
      'warning',
      [`The context has ${formatCount(used)} tokens; the model was trained for ${formatCount(trained)}.`],
      `Set "hearth.contextSize" to at most ${formatCount(trained)}, or empty it, and reload the model.`,
      openSetting('contextSize'),
    );
  },
};
