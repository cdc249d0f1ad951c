import { plural } from '../../../shared/util/format';
import { refuted, SWITCH_MODEL, unchecked, verified, type Check } from '../check';
import { recognizeCheckpoint } from '../recognize-checkpoint';

/** GPTQ, AWQ, EXL2, EXL3, MLX, safetensors: what they are, and what serves them. */
export const checkpointCheck: Check = {
  id: 'checkpoint-format',
  title: 'The model is not a GGUF file',
  meaning: 'llama.cpp, which computes for Hearth, loads GGUF files only.',
  look: ({ model }) => {
    if (!model.known) return unchecked(model.why);
    if (model.value.kind === 'gguf') return refuted('The model is GGUF, which llama.cpp loads.');
    const found = recognizeCheckpoint(model.value);
    if (found.format === 'GGUF') {
      return refuted(
        `The folder has ${plural(found.evidence.length, 'GGUF file')}: ${found.evidence.join(', ')}.`,
      );
    }
    return verified('error', [`It is ${found.name}.`, ...found.evidence], found.advice, SWITCH_MODEL);
  },
};
