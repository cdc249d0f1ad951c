/** Which shared libraries a build of llama.cpp lacks on this machine: node-llama-cpp itself only says that it failed. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const LDD_MS = 5_000;

/** Names as the dynamic linker has them (`libcudart.so.13`). Empty where it cannot be told: only Linux has `ldd`. */
export async function missingLibraries(build: 'cuda' | 'vulkan'): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const library = backendFile(build);
  if (library === undefined) return [];
  try {
    const { stdout } = await promisify(execFile)('ldd', [library], { timeout: LDD_MS });
    return notFound(stdout);
  } catch {
    return []; // No ldd, or one for another libc.
  }
}

/** What `ldd` could not find, each once. */
export function notFound(output: string): string[] {
  return [...new Set([...output.matchAll(/^\s*(\S+) => not found/gm)].map(([, name]) => name ?? ''))];
}

/** What to install for libraries that are missing; a sentence. */
export function howToInstall(names: readonly string[]): string {
  const needs = [
    ...(names.some((name) => /^lib(?:cuda|nvidia)/.test(name) && !/^libcudart/.test(name))
      ? ["NVIDIA's driver"]
      : []),
    ...(names.some((name) => /^lib(?:cudart|cublas)/.test(name)) ? ['the CUDA 13 runtime with cuBLAS'] : []),
    ...(names.some((name) => name.startsWith('libvulkan')) ? ['the Vulkan loader (libvulkan1)'] : []),
  ];
  const what = needs.length === 0 ? `what contains ${names.join(', ')}` : needs.join(' and ');
  return `Install ${what}, or choose another device in "hearth.gpu".`;
}

function backendFile(build: string): string | undefined {
  const name = `linux-${process.arch}-${build}`;
  try {
    const scope = join(dirname(createRequire(import.meta.url).resolve('node-llama-cpp')), '..', '..');
    const file = join(scope, '@node-llama-cpp', name, 'bins', name, `libggml-${build}.so`);
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined; // Installed in another way; nothing can be said then.
  }
}
