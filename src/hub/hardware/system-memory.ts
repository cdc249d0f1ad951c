/** RAM and swap as the operating system has them, and what a process takes of them. Bytes. */
import { readFile } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';

export interface SystemMemory {
  totalBytes: number;
  /** What programs have taken; the files that the system keeps in memory do not count. */
  usedBytes: number;
  swap: { totalBytes: number; usedBytes: number } | undefined;
}

export interface ProcessMemory {
  /** Memory of its own. */
  anonymousBytes: number;
  /** Pages of files that it has mapped, such as a model's weights. */
  fileBytes: number;
}

export async function readSystemMemory(): Promise<SystemMemory> {
  const known = process.platform === 'linux' ? parseMeminfo(await textOf('/proc/meminfo')) : undefined;
  return known ?? { totalBytes: totalmem(), usedBytes: totalmem() - freemem(), swap: undefined };
}

/** Undefined where the system does not tell, or the process is gone. */
export async function readProcessMemory(pid: number): Promise<ProcessMemory | undefined> {
  return process.platform === 'linux' ? parseProcessStatus(await textOf(`/proc/${pid}/status`)) : undefined;
}

/** Of Linux's /proc/meminfo; undefined when it lacks what is needed. */
export function parseMeminfo(text: string): SystemMemory | undefined {
  const total = kibibytes(text, 'MemTotal');
  const available = kibibytes(text, 'MemAvailable');
  if (total === undefined || available === undefined) return undefined;
  const swapTotal = kibibytes(text, 'SwapTotal') ?? 0;
  const swapFree = kibibytes(text, 'SwapFree') ?? swapTotal;
  return {
    totalBytes: total,
    usedBytes: Math.max(0, total - available),
    swap: swapTotal === 0 ? undefined : { totalBytes: swapTotal, usedBytes: swapTotal - swapFree },
  };
}

/** Of Linux's /proc/PID/status. */
export function parseProcessStatus(text: string): ProcessMemory | undefined {
  const anonymousBytes = kibibytes(text, 'RssAnon');
  const fileBytes = kibibytes(text, 'RssFile');
  return anonymousBytes === undefined || fileBytes === undefined ? undefined : { anonymousBytes, fileBytes };
}

function kibibytes(text: string, name: string): number | undefined {
  const [, figure] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text) ?? [];
  return figure === undefined ? undefined : Number(figure) * 1_024;
}

/** Empty where there is no such file: another kernel, or a process that is gone. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
