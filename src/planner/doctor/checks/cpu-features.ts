import { refuted, unchecked, verified, when, type Check } from '../check';

/** Per architecture, what quantized weights are multiplied with at speed. */
const NEEDED: Readonly<Record<string, { feature: string; name: string }>> = {
  x64: { feature: 'avx2', name: 'AVX2' },
  arm64: { feature: 'asimddp', name: 'dot products (asimddp)' },
};

export const cpuFeaturesCheck: Check = {
  id: 'cpu-features',
  title: 'The CPU lacks instructions that quantized weights need',
  meaning:
    'Layers that are not on the GPU are multiplied by the CPU. Without its vector instructions that takes several times as long.',
  look: ({ cpu, arch, machine, resident }) =>
    when(cpu, ({ features }) => {
      const needed = NEEDED[arch];
      if (needed === undefined) return unchecked(`Of ${arch} it is not known what it should have.`);
      if (features.length === 0) return unchecked('The system does not say which instructions the CPU has.');
      if (features.includes(needed.feature)) {
        const more = ['avx512f', 'avx512_vnni', 'avx_vnni', 'amx_int8', 'i8mm', 'sve'].filter((feature) =>
          features.includes(feature),
        );
        return refuted(`The CPU has ${[needed.name, ...more].join(', ')}.`);
      }
      const { loaded } = resident ?? {};
      const isUsed =
        loaded === undefined
          ? !machine.known || machine.value.gpu === 'cpu'
          : loaded.gpuLayers < loaded.totalLayers;
      return verified(
        isUsed ? 'warning' : 'info',
        [`The CPU has no ${needed.name}.`],
        isUsed
          ? 'Put all layers onto a GPU, or choose a small model.'
          : 'As long as all layers are on the GPU it does not matter.',
      );
    }),
};
