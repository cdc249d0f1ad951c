/** What nvidia-smi says of NVIDIA's GPUs and of who uses them. */
import { known, unknown, type GpuProgram, type Known, type NvidiaGpu } from '../../planner/doctor/facts';
import { runProgram } from '../hardware/run-program';

const FIELDS = 'name,compute_cap,driver_version,memory.used,memory.total,display_active';
const MIB = 2 ** 20;

/** Empty where there is no nvidia-smi. */
export async function readNvidiaGpus(limitMs: number): Promise<Known<NvidiaGpu[]>> {
  const end = await runProgram(
    'nvidia-smi',
    [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits'],
    limitMs,
  );
  if (end.kind === 'missing') return known([]);
  if (end.kind === 'failed') return unknown(`nvidia-smi failed: ${oneLine(end.output)}`);
  return known(parseNvidiaGpus(end.output));
}

/** A line a GPU: "NVIDIA H100 80GB HBM3, 9.0, 580.65.06, 4, 81559, Disabled". */
export function parseNvidiaGpus(output: string): NvidiaGpu[] {
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const parts = line.split(',').map((part) => part.trim());
      const [computeCapability = '', driverVersion = '', used = '', total = '', display = ''] =
        parts.slice(-5);
      return {
        name: parts.slice(0, -5).join(', '),
        computeCapability,
        driverVersion,
        usedBytes: mebibytes(used),
        totalBytes: mebibytes(total),
        isDisplay: display === 'Enabled' || display === 'Yes',
      };
    });
}

/** @param isOwn whether a process is Hearth's */
export async function readGpuPrograms(
  limitMs: number,
  isOwn: (pid: number) => Promise<boolean>,
): Promise<Known<GpuProgram[]>> {
  const end = await runProgram('nvidia-smi', [], limitMs);
  if (end.kind === 'missing') return unknown('Without nvidia-smi nobody tells who uses the GPU.');
  if (end.kind === 'failed') return unknown(`nvidia-smi failed: ${oneLine(end.output)}`);
  const programs: GpuProgram[] = [];
  for (const program of parseGpuPrograms(end.output)) if (!(await isOwn(program.pid))) programs.push(program);
  return known(programs);
}

/** Rows like "|    0   N/A  N/A      1234      G   /usr/lib/xorg/Xorg      45MiB |", of any width. */
export function parseGpuPrograms(output: string): GpuProgram[] {
  const row = /^\|\s*\d+\s+\S+\s+\S+\s+(\d+)\s+(M\+C\+G|M\+C|C\+G|C|G)\s+(.+?)\s+(\d+MiB|N\/A)\s*\|\s*$/gm;
  return [...output.matchAll(row)].map(([, pid = '', type = '', name = '', used = '']) => ({
    pid: Number(pid),
    name,
    isGraphics: !type.includes('C'),
    usedBytes: used === 'N/A' ? undefined : mebibytes(used),
  }));
}

function mebibytes(text: string): number {
  const figure = Number.parseFloat(text);
  return Number.isNaN(figure) ? 0 : figure * MIB;
}

function oneLine(text: string): string {
  return text.split('\n').slice(0, 3).join(' ').slice(0, 300);
}
