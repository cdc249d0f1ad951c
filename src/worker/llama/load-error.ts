/** Puts what node-llama-cpp throws while loading into words for a person. */
import { basename } from 'node:path';
import { InsufficientMemoryError } from 'node-llama-cpp';
import { HearthError } from '../../shared/protocol/errors';
import type { LoraAdapter } from '../../shared/protocol/settings';
import type { NativeLog } from './native-log';

const MEMORY =
  /out of memory|failed to allocate|unable to allocate|alloc_buffer|cudaMalloc|OutOfDeviceMemory/i;
const KV_BLOCK = /cache type (\S+) with block size (\d+) does not divide n_embd_head_\w=(\d+)/;
const UNKNOWN_ARCHITECTURE = /unknown model architecture: '([^']*)'/;

/** @param log what llama.cpp said while loading; names the cause more often than the exception does. */
export function loadError(
  error: unknown,
  name: string,
  loras: readonly LoraAdapter[],
  log: NativeLog,
): HearthError {
  if (error instanceof HearthError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const details = [message, log.text()].filter((part) => part !== '').join('\n');
  const architecture = UNKNOWN_ARCHITECTURE.exec(log.text())?.[1];
  if (architecture !== undefined) {
    return new HearthError(
      'model-unsupported',
      `${name} has the architecture "${architecture}", which this build of llama.cpp does not know.`,
      'Choose another model, or update Hearth if the model is newer than it.',
      details,
    );
  }
  const [, kvType, block, head] = KV_BLOCK.exec(details) ?? [];
  if (kvType !== undefined && block !== undefined && head !== undefined) {
    return new HearthError(
      'settings-conflict',
      `${name} cannot have its KV cache in ${kvType}: that comes in blocks of ${block} numbers, and its heads have ${head}.`,
      'Set "hearth.kvCacheType" to "f16".',
      details,
    );
  }
  if (loras.length > 0 && /lora/i.test(details)) {
    return new HearthError(
      'lora-failed',
      `A LoRA adapter (${loras.map(({ path }) => basename(path)).join(', ')}) could not be laid over ${name}: ${log.lastError() ?? message}`,
      'It must be a GGUF adapter made for this very model. Correct or remove it in "hearth.loras".',
      details,
    );
  }
  if (error instanceof InsufficientMemoryError || MEMORY.test(details)) {
    return new HearthError(
      'out-of-memory',
      `There is not enough memory for ${name} with these settings.`,
      'Choose a smaller context ("hearth.contextSize"), fewer layers on the GPU ("hearth.gpuLayers") or a smaller model.',
      details,
    );
  }
  return new HearthError(
    'model-load-failed',
    `${name} could not be loaded: ${log.lastError() ?? message}`,
    'The file may be damaged or incomplete: compare its size and checksum with its source, or choose another model.',
    details,
  );
}
