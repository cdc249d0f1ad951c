import { openSetting, refuted, unchecked, verified, type Check } from '../check';

/** What a build of llama.cpp said when it could not be started: which library it lacks. */
export const librariesCheck: Check = {
  id: 'gpu-libraries',
  title: 'A library for the GPU is missing',
  meaning:
    'Without its libraries a GPU build of llama.cpp cannot start, and a slower one takes its place, or none.',
  look: ({ machine, resident, settings }) => {
    if (!machine.known) {
      return machine.error === undefined
        ? unchecked(machine.why)
        : verified('error', [machine.error.message], machine.error.advice, openSetting('gpu'));
    }
    const warnings = [...new Set([...(machine.value.warnings ?? []), ...(resident?.loaded?.warnings ?? [])])];
    if (warnings.length > 0) {
      return verified('warning', warnings, 'Install what is named, then reload the model.', {
        title: 'Reload Model',
        command: 'hearth.reloadModel',
        arguments: [],
      });
    }
    const { gpu, deviceNames } = machine.value;
    if (settings.gpu === 'cpu') return refuted('The CPU was chosen; it needs no library.');
    return refuted(`llama.cpp started on ${[gpu, ...deviceNames].join(', ')} without a complaint.`);
  },
};
