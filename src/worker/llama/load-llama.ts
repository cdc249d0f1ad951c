/** Starts llama.cpp on the device that the user chose, and says so when it is not the one that was expected. */
import { existsSync } from 'node:fs';
import { getLlama, type Llama } from 'node-llama-cpp';
import { HearthError } from '../../shared/protocol/errors';
import type { GpuChoice } from '../../shared/protocol/settings';
import type { GpuUsed } from '../../shared/protocol/worker';
import { howToInstall, missingLibraries } from './missing-libraries';
import type { NativeLog } from './native-log';

/** Linux shows an NVIDIA driver here, whether or not its libraries can be used. */
const NVIDIA_DRIVER = '/proc/driver/nvidia/version';

export interface StartedLlama {
  llama: Llama;
  gpu: GpuUsed;
  warnings: string[];
}

/** A process has one: who asks first what the machine is does not start it twice. */
let started: { choice: GpuChoice; llama: Promise<StartedLlama> } | undefined;

/** @throws HearthError when a device that was asked for by name cannot be used. */
export function loadLlama(choice: GpuChoice, log: NativeLog): Promise<StartedLlama> {
  if (started?.choice !== choice) started = { choice, llama: start(choice, log) };
  return started.llama;
}

async function start(choice: GpuChoice, log: NativeLog): Promise<StartedLlama> {
  let llama: Llama;
  try {
    llama = await getLlama({
      gpu: choice === 'cpu' ? false : choice,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      maxThreads: 0,
      logger: (level, message) => log.add(level, message),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const missing = choice === 'cuda' || choice === 'vulkan' ? await missingLibraries(choice) : [];
    if (missing.length > 0) throw librariesMissing(choice, missing, message);
    throw new HearthError(
      'model-load-failed',
      `llama.cpp could not be started on "${choice}".`,
      'Set "hearth.gpu" to "auto" or "cpu", or install the driver and libraries that the details name.',
      [message, log.text()].filter((part) => part !== '').join('\n'),
    );
  }
  // A Vulkan or CUDA build runs without a device too, on the CPU: say what it is.
  const hasDevice = llama.gpu !== false && (await llama.getGpuDeviceNames()).length > 0;
  const gpu: GpuUsed = llama.gpu === false || !hasDevice ? 'cpu' : llama.gpu;
  const warnings: string[] = [];
  if (choice === 'auto' && gpu !== 'cuda' && existsSync(NVIDIA_DRIVER)) {
    const missing = await missingLibraries('cuda');
    warnings.push(
      `An NVIDIA driver is installed, but the CUDA build of llama.cpp could not be used, so ${gpu} is. ` +
        (missing.length === 0
          ? 'It needs the CUDA 13 runtime (libcudart) and cuBLAS.'
          : `Missing: ${missing.join(', ')}. ${howToInstall(missing)}`),
    );
  }
  return { llama, gpu, warnings };
}

function librariesMissing(choice: GpuChoice, missing: readonly string[], details: string): HearthError {
  return new HearthError(
    'library-missing',
    `llama.cpp could not be started on "${choice}": ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
    howToInstall(missing),
    details,
  );
}
