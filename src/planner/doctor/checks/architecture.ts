import { refuted, SWITCH_MODEL, unchecked, verified, type Check } from '../check';
import { ENGINE_ARCHITECTURES } from '../../engine-architectures';

/** A model that is newer than the engine, or none that it computes at all. */
export const architectureCheck: Check = {
  id: 'architecture-unknown',
  title: 'The engine does not know the architecture',
  meaning: 'llama.cpp builds each architecture by its own code. One that it does not know cannot be loaded.',
  look: ({ model }) => {
    if (!model.known) return unchecked(model.why);
    if (model.value.kind !== 'gguf') return unchecked('Only a GGUF file has its architecture in its header.');
    const { architecture } = model.value;
    if (ENGINE_ARCHITECTURES.has(architecture)) return refuted(`The engine knows "${architecture}".`);
    return verified(
      'error',
      [
        architecture === ''
          ? 'The file names no architecture.'
          : `The file's architecture is "${architecture}".`,
      ],
      'Choose another model, or a version of Hearth with a newer engine.',
      SWITCH_MODEL,
    );
  },
};
