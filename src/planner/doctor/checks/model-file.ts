import { refuted, SWITCH_MODEL, unchecked, verified, type Check } from '../check';
import { formatFileSize } from '../../../shared/util/format';

/** A file that is missing, cut off or not readable. */
export const modelFileCheck: Check = {
  id: 'model-file',
  title: 'The model cannot be read',
  meaning: 'Without a whole, readable file there is nothing to load.',
  look: ({ model }) => {
    if (model.known) {
      const { value } = model;
      return value.kind === 'gguf'
        ? refuted(`The model is a whole GGUF file of ${formatFileSize(value.fileBytes)}.`)
        : refuted('The folder can be read.');
    }
    if (model.error === undefined) return unchecked(model.why);
    return verified('error', [model.error.message], model.error.advice, SWITCH_MODEL);
  },
};
