import type { LoadedFacts } from '../../../shared/protocol/worker';
import {
  openSetting,
  refuted,
  RELOAD_WITH_LESS,
  unchecked,
  verified,
  when,
  type Check,
  type Outcome,
} from '../check';
import type { DoctorFacts } from '../facts';

/** llama.cpp uses the GPU, but not for the whole model. */
export const layersInRamCheck: Check = {
  id: 'layers-in-ram',
  title: 'Layers are computed from RAM although there is a GPU',
  meaning:
    "Each token passes through every layer, and RAM is usually read some ten times slower than a GPU's memory: one layer in ten there about halves the speed.",
  look: ({ machine, resident, settings }) =>
    when(machine, ({ gpu }) => {
      if (gpu === 'cpu') return refuted('No GPU is used.');
      return resident?.loaded === undefined ? expected(settings) : loadedSo(resident.loaded, settings);
    }),
};

/** How many fit is the planner's business; only what the setting says is known before a load. */
function expected({ gpuLayers }: DoctorFacts['settings']): Outcome {
  if (gpuLayers === 'auto') return refuted('"hearth.gpuLayers" is "auto": as many as fit.');
  if (gpuLayers > 0) {
    return unchecked(
      `"hearth.gpuLayers" is ${gpuLayers}; whether that is all of them shows when the model is loaded.`,
    );
  }
  return chosen('"hearth.gpuLayers" is 0: none will be on the GPU.');
}

function loadedSo(loaded: LoadedFacts, settings: DoctorFacts['settings']): Outcome {
  const { totalLayers } = loaded;
  const onGpu = loaded.gpu === 'cpu' ? 0 : loaded.gpuLayers;
  if (onGpu >= totalLayers) return refuted(`All ${totalLayers} layers are on the GPU.`);
  const evidence = `${onGpu} of ${totalLayers} layers are on the GPU; ${totalLayers - onGpu} are computed by the CPU.`;
  if (settings.gpuLayers !== 'auto' && settings.gpuLayers < totalLayers)
    return chosen(`${evidence} "hearth.gpuLayers" is ${settings.gpuLayers}.`);
  return verified(
    'warning',
    [evidence],
    'Reload it with a shorter context, fewer chats or a smaller KV cache, which leaves room for more layers; or choose a smaller quantization.',
    RELOAD_WITH_LESS,
  );
}

function chosen(evidence: string): Outcome {
  return verified(
    'warning',
    [evidence],
    'Set "hearth.gpuLayers" to "auto" and reload the model, unless you want it so.',
    openSetting('gpuLayers'),
  );
}
