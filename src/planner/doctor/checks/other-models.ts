import { formatBytes } from '../../../shared/util/format';
import { refuted, verified, type Check } from '../check';

export const otherModelsCheck: Check = {
  id: 'other-models',
  title: 'Other models are in memory',
  meaning: 'What they hold, this model cannot have: fewer of its layers fit onto the GPU.',
  look: ({ others }) => {
    const there = others.filter(({ status }) => status.kind !== 'failed');
    if (there.length === 0) return refuted('No other model is in memory.');
    return verified(
      'info',
      there.map(({ name, loaded }) => {
        if (loaded === undefined) return `${name} is being loaded.`;
        const vram = loaded.weights.vramBytes + loaded.context.vramBytes;
        const ram = loaded.weights.ramBytes + loaded.context.ramBytes;
        return `${name} holds ${formatBytes(vram)} of VRAM and ${formatBytes(ram)} of RAM.`;
      }),
      'Unload what you do not need, or lower "hearth.maxLoadedModels".',
      { title: 'Switch Model…', command: 'hearth.switchModel', arguments: [] },
    );
  },
};
