import { openSetting, refuted, verified, type Check } from '../check';

export const flashAttentionCheck: Check = {
  id: 'flash-attention',
  title: 'Flash attention is off',
  meaning:
    'Without it the whole attention matrix is stored while a prompt is read: several times the memory at long contexts, and slower.',
  look: ({ settings, resident }) => {
    const inMemory = resident?.loaded?.flashAttention;
    if (settings.flashAttention && inMemory !== false) return refuted('Flash attention is on.');
    const evidence = settings.flashAttention
      ? `${resident?.name ?? 'The model'} was loaded without it.`
      : '"hearth.flashAttention" is off.';
    return verified(
      'warning',
      [evidence],
      'Turn "hearth.flashAttention" on and reload the model, unless its driver fails with it.',
      openSetting('flashAttention'),
    );
  },
};
