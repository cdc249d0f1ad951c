/** How a model that did not fit could be loaded with less, where the hub has no plan of it. Pure. */
import type { LoadChoice } from '../../shared/protocol/models';
import type { LoadSettings } from '../../shared/protocol/settings';
import type { LoadedFacts } from '../../shared/protocol/worker';
import { formatCount } from '../../shared/util/format';

const SMALLEST_CONTEXT = 2_048;

/**
 * @param loaded what the last load took, if there was one
 * @param contextLength tokens that the model was trained for, if that is known
 * @param layers the model's layers, the output not counted, if that is known
 */
export function lessChoices(
  settings: LoadSettings,
  loaded: Pick<LoadedFacts, 'contextSize' | 'gpuLayers' | 'totalLayers' | 'sequences'> | undefined,
  contextLength: number | undefined,
  layers: number | undefined,
): LoadChoice[] {
  const choices: LoadChoice[] = [];
  const context =
    loaded?.contextSize ?? (settings.contextSize === 'auto' ? contextLength : settings.contextSize);
  for (const share of [2, 4, 8]) {
    if (context === undefined) break;
    const size = Math.floor(context / share / 256) * 256;
    if (size < SMALLEST_CONTEXT) break;
    choices.push({
      label: `Context of ${formatCount(size)} tokens`,
      detail: `Instead of ${formatCount(context)}. Long chats end sooner.`,
      changes: { contextSize: size },
    });
  }
  const total = loaded?.totalLayers ?? (layers === undefined ? undefined : layers + 1);
  const onGpu =
    loaded?.gpuLayers ?? (settings.gpuLayers === 'auto' ? total : Math.min(settings.gpuLayers, total ?? 0));
  for (const share of [0.85, 0.5, 0]) {
    if (onGpu === undefined || total === undefined || onGpu === 0) break;
    const count = Math.floor(onGpu * share);
    choices.push({
      label: count === 0 ? 'No layers on the GPU' : `${count} of ${total} layers on the GPU`,
      detail: `Instead of ${onGpu}. The rest is computed from RAM, which is slower.`,
      changes: { gpuLayers: count },
    });
  }
  const sequences = loaded?.sequences ?? settings.sequences;
  if (sequences > 1) {
    choices.push({
      label: 'One chat in memory at a time',
      detail: `Instead of ${sequences}. The others are read again when you go back to them.`,
      changes: { sequences: 1 },
    });
  }
  return choices;
}
