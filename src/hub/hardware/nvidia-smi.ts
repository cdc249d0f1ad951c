/** NVIDIA's own tool, where it is installed: the GPUs' memory with what other programs use, without native code here. */
import { runProgram } from './run-program';

/** It answers in a tenth of a second; a hanging driver must not hang the picture. */
const LIMIT_MS = 4_000;

export interface NvidiaGpu {
  name: string;
  totalBytes: number;
  usedBytes: number;
  /** 0 to 1; undefined where the card does not say. */
  utilization: number | undefined;
  driver: string;
}

/** Undefined where there is no such tool; empty where it does not work. */
export async function readNvidiaGpus(): Promise<NvidiaGpu[] | undefined> {
  const fields = 'name,memory.total,memory.used,utilization.gpu,driver_version';
  const end = await runProgram(
    'nvidia-smi',
    [`--query-gpu=${fields}`, '--format=csv,noheader,nounits'],
    LIMIT_MS,
  );
  if (end.kind === 'missing') return undefined;
  return end.kind === 'done' ? parseNvidiaGpus(end.output) : [];
}

/** The driver's version; undefined without an NVIDIA GPU. */
export async function readNvidiaDriver(): Promise<string | undefined> {
  return (await readNvidiaGpus())?.[0]?.driver;
}

/** Lines of `NAME, MiB, MiB, PERCENT, VERSION`; those without a memory size (`[N/A]`) are left out. */
export function parseNvidiaGpus(csv: string): NvidiaGpu[] {
  return csv.split('\n').flatMap((line) => {
    const fields = line.split(',').map((field) => field.trim());
    const driver = fields.pop();
    const [total, used, utilization] = fields.splice(-3).map(figure);
    // A comma in the name is the name's.
    const name = fields.join(', ');
    if (name === '' || driver === undefined || total === undefined || used === undefined) return [];
    return [
      {
        name,
        totalBytes: total * 2 ** 20,
        usedBytes: used * 2 ** 20,
        utilization: utilization === undefined ? undefined : utilization / 100,
        driver,
      },
    ];
  });
}

function figure(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
