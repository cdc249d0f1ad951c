import { formatBytes, plural } from '../../../shared/util/format';
import { refuted, verified, when, type Check, type Outcome } from '../check';
import type { GpuProgram } from '../facts';

/** Less than this is a desktop's, and no reason to close anything. */
const MUCH_BYTES = 2 ** 30;

/** Programs of others that compute on the GPU. */
export const gpuProgramsCheck: Check = {
  id: 'gpu-programs',
  title: 'Other programs compute on the GPU',
  meaning: 'They hold memory that the model cannot have, and their work delays every token.',
  look: ({ gpuPrograms, nvidiaGpus }) =>
    nvidiaGpus.known && nvidiaGpus.value.length === 0
      ? refuted('There is no NVIDIA GPU; of others nobody tells who uses them.')
      : when(gpuPrograms, (programs) => judge(programs.filter(({ isGraphics }) => !isGraphics))),
};

function judge(programs: GpuProgram[]): Outcome {
  if (programs.length === 0) return refuted('No other program computes on the GPU.');
  const bytes = programs.reduce((sum, { usedBytes }) => sum + (usedBytes ?? 0), 0);
  return verified(
    bytes >= MUCH_BYTES ? 'warning' : 'info',
    programs.map(programText),
    `End what you do not need (${plural(programs.length, 'program')}), or load the model with less.`,
    { title: 'Reload with Less…', command: 'hearth.reloadWithLess', arguments: [] },
  );
}

export function programText({ name, pid, usedBytes }: GpuProgram): string {
  const used = usedBytes === undefined ? 'an unknown amount' : formatBytes(usedBytes);
  return `${name} (process ${pid}) holds ${used} of VRAM.`;
}
