/** Why a worker's process ended, in words: from its exit, its last lines and what the system counted. Pure. */
import { HearthError, type ErrorCode } from '../../shared/protocol/errors';
import { formatBytes } from '../../shared/util/format';

export interface Death {
  /** The model's name. */
  name: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  /** It died before its model was loaded. */
  whileLoading: boolean;
  /** Processes that the system ended for want of memory while this one ran; undefined where it does not count them. */
  outOfMemoryKills: number | undefined;
  /** What it wrote to stderr last, oldest first. */
  lines: readonly string[];
}

interface Cause {
  code: ErrorCode;
  reason: string;
  advice: string;
}

const AGAIN =
  'The model comes back by itself. If it happens again, load it with less ("Hearth: Reload with Less…").';
const LESS =
  'Load it with less ("Hearth: Reload with Less…"): a smaller context, or fewer layers on the GPU.';

/** The log is searched from its end: the last matching line is nearest to the cause. */
const CAUSES: readonly { pattern: RegExp; cause: (match: RegExpExecArray, death: Death) => Cause }[] = [
  {
    pattern:
      /([\w+-]+\.(?:so[\w.]*|dll|dylib))\b.*(?:cannot open shared object|not found|could not be loaded)/i,
    cause: ([, library]) => ({
      code: 'library-missing',
      reason: `the library ${library} is missing`,
      advice: `Install what contains ${library} (for CUDA: the CUDA 13 runtime and cuBLAS), or choose another device in "hearth.gpu".`,
    }),
  },
  {
    pattern:
      /out of memory|cudaMalloc failed|ErrorOutOfDeviceMemory|ErrorOutOfHostMemory|failed to allocate|unable to allocate|std::bad_alloc/i,
    cause: (match, death) => ({
      code: 'out-of-memory',
      reason: `memory ran out ${allocation(match.input, death)}`,
      advice: LESS,
    }),
  },
  {
    pattern:
      /ErrorDeviceLost|GPU is lost|fallen off the bus|no CUDA-capable device|CUDA error: (?:unspecified launch failure|an illegal memory access|unknown error|all CUDA-capable devices are busy|initialization error|device not ready)/i,
    cause: () => ({
      code: 'gpu-lost',
      reason: 'the GPU was lost, as happens when the machine was suspended or the driver was reset',
      advice: 'The model comes back by itself. If it does not, restart the machine or reload the driver.',
    }),
  },
];

/** @returns `worker-ended`, or a closer code when the cause is known; `details` are the last lines */
export function postMortem(death: Death): HearthError {
  const { code, reason, advice } = causeOf(death);
  const kept = death.whileLoading ? '' : ' What the model had said is kept.';
  return new HearthError(
    code,
    `The process that runs ${death.name} ended: ${reason}.${kept}`,
    advice,
    death.lines.join('\n'),
  );
}

function causeOf(death: Death): Cause {
  // The system's count is proof; what llama.cpp said last may have been about something else.
  if (death.signal === 'SIGKILL' && (death.outOfMemoryKills ?? 0) > 0) {
    return { code: 'out-of-memory', reason: 'the system killed it because the RAM ran out', advice: LESS };
  }
  // Killed from outside: the log says nothing about that.
  if (death.signal !== 'SIGKILL' && death.signal !== 'SIGTERM') {
    for (const line of [...death.lines].reverse()) {
      for (const { pattern, cause } of CAUSES) {
        const match = pattern.exec(line);
        if (match !== null) return cause(match, death);
      }
    }
  }
  return { code: 'worker-ended', reason: exitReason(death), advice: AGAIN };
}

/** What was being allocated: llama.cpp names the buffer a line or two around the failure. */
function allocation(line: string, { whileLoading, lines }: Death): string {
  const near = [line, ...lines.slice(-10).reverse()].join('\n');
  const mib = /allocat\w* ([\d.]+) MiB/.exec(near)?.[1];
  const size = mib === undefined ? '' : ` (${formatBytes(Number(mib) * 2 ** 20)})`;
  if (/kv[_ ]cache|KV buffer/i.test(near)) return `while the KV cache was allocated${size}`;
  if (/compute buffer|graph_reserve|sched_reserve/i.test(near))
    return `while a compute buffer was allocated${size}`;
  return `${whileLoading ? 'while the model was loaded' : 'while it answered'}${size}`;
}

/** How a process ended, for a person. */
function exitReason({ code, signal, lines }: Death): string {
  switch (signal) {
    case 'SIGKILL':
      return 'it was killed (SIGKILL), by the system or by another program';
    case 'SIGABRT': {
      const assertion = lines.findLast((line) => /GGML_ASSERT|GGML_ABORT|abort/i.test(line));
      return assertion === undefined
        ? 'llama.cpp aborted (SIGABRT)'
        : `llama.cpp aborted (SIGABRT): ${assertion.trim()}`;
    }
    case 'SIGSEGV':
    case 'SIGBUS':
    case 'SIGILL':
      return `it crashed in native code (${signal})`;
    case null:
      return `exit code ${code ?? 'unknown'}`;
    default:
      return `it was ended by ${signal}`;
  }
}
