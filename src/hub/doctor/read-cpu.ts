/** The CPU's cores and instructions. */
import { cpus } from 'node:os';
import { known, unknown, type CpuFacts, type Known } from '../../planner/doctor/facts';
import type { SystemFiles } from './system-files';

export async function readCpu(files: SystemFiles): Promise<Known<CpuFacts>> {
  const cpuinfo = await files.text('proc/cpuinfo');
  if (cpuinfo !== undefined) return known(parseCpuinfo(cpuinfo));
  // Every Mac with Apple silicon has them, and no core runs two threads.
  if (process.platform === 'darwin' && process.arch === 'arm64')
    return known({ physicalCores: cpus().length, features: ['asimddp'] });
  return unknown('Only Linux and Macs with Apple silicon say what their CPU has.');
}

/** Of x86 and ARM. */
export function parseCpuinfo(text: string): CpuFacts {
  const blocks = text.split(/\n\s*\n/).filter((block) => /^processor\s*:/m.test(block));
  const field = (block: string, name: string): string | undefined =>
    new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(block)?.[1];
  const cores = new Set(
    blocks.map((block, index) => {
      const core = field(block, 'core id');
      // ARM does not number them: there every processor is a core.
      return core === undefined ? String(index) : `${field(block, 'physical id') ?? '0'}:${core}`;
    }),
  );
  const features = field(text, 'flags') ?? field(text, 'Features') ?? '';
  return {
    physicalCores: Math.max(1, cores.size),
    features: features
      .toLowerCase()
      .split(/\s+/)
      .filter((feature) => feature !== ''),
  };
}
