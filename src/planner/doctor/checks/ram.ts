import type { ResidentModel } from '../../../shared/protocol/models';
import { formatBytes } from '../../../shared/util/format';
import { RELOAD_WITH_LESS, refuted, unchecked, verified, when, type Check } from '../check';

/** What the system and the editor need for themselves. */
const KEPT_BYTES = 2 * 2 ** 30;

/** The part of the file that is computed from RAM must stay there, or every token reads it from the disk again. */
export const ramCheck: Check = {
  id: 'ram-too-small',
  title: 'The RAM cannot hold what is not on the GPU',
  meaning:
    'Weights are mapped from the file into memory. What RAM cannot hold is read from the disk again for every single token: seconds each.',
  look: ({ model, machine, memory, resident }) => {
    if (!model.known) return unchecked(model.why);
    if (!machine.known) return unchecked(machine.why);
    const { value } = model;
    if (value.kind !== 'gguf')
      return unchecked('Only the size of a GGUF file says how much memory it needs.');
    return when(memory, ({ ramBytes, availableBytes }) => {
      const onGpu =
        resident?.loaded?.weights.vramBytes ?? Math.min(value.fileBytes, machine.value.vramTotalBytes);
      const needed = Math.max(0, value.fileBytes - onGpu);
      const all = formatBytes(ramBytes);
      const held = heldBytes(resident);
      const own = held > 0 ? `, ${formatBytes(held)} are the model's already` : '';
      const evidence = `${formatBytes(needed)} of weights lie in RAM; ${formatBytes(availableBytes)} of ${all} are available${own}.`;
      if (needed <= availableBytes + held) return refuted(evidence);
      const isHopeless = needed > ramBytes - KEPT_BYTES;
      return verified(
        isHopeless ? 'error' : 'warning',
        [evidence],
        isHopeless
          ? 'Choose a smaller model or a smaller quantization of it.'
          : 'Close other programs, or choose a smaller quantization.',
        isHopeless
          ? { title: 'Switch Model…', command: 'hearth.switchModel', arguments: [] }
          : RELOAD_WITH_LESS,
      );
    });
  },
};

/**
 * What weights may have of the model's own memory; its cache is none of them. Weights that are mapped from the file
 * count as available: their pages are the system's to drop.
 */
function heldBytes(resident: ResidentModel | undefined): number {
  const anonymous = resident?.taken?.anonymousBytes ?? 0;
  return Math.max(0, anonymous - (resident?.loaded?.context.ramBytes ?? 0));
}
