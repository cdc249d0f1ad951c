/** Errors are born classified: a code for programs, a sentence for a person, and what to do next. */

export const ERROR_CODES = [
  'model-not-found',
  'model-not-a-file',
  'model-unreadable',
  'model-not-gguf',
  'model-damaged',
  'model-unsupported',
  'model-load-failed',
  'lora-failed',
  'out-of-memory',
  'settings-conflict',
  'library-missing',
  'gpu-lost',
  'model-pinned',
  'no-room',
  'no-model',
  'cancelled',
  'prompt-too-long',
  'template-failed',
  'worker-ended',
  'worker-unresponsive',
  'conversation-not-found',
  'conversation-damaged',
  'message-not-found',
  'storage-full',
  'storage-failed',
  'hub-unreachable',
  'hub-lost',
  'protocol-mismatch',
  'not-authorized',
  'bad-request',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/**
 * What crosses a boundary. `message` says what happened and what was kept; `advice` says what to do now;
 * `details` is for the log link (stderr lines, a path, a native message), never needed to understand the message.
 */
export interface ErrorInfo {
  code: ErrorCode;
  message: string;
  advice: string;
  details?: string;
}

/** An error that already has its sentence. Anything else that is thrown is a bug and becomes `internal`. */
export class HearthError extends Error {
  readonly info: ErrorInfo;

  constructor(code: ErrorCode, message: string, advice: string, details?: string) {
    super(message);
    this.name = 'HearthError';
    this.info = details === undefined ? { code, message, advice } : { code, message, advice, details };
  }

  static from(info: ErrorInfo): HearthError {
    return new HearthError(info.code, info.message, info.advice, info.details);
  }
}

/** The classified form of anything that was thrown. */
export function errorInfo(error: unknown): ErrorInfo {
  if (error instanceof HearthError) return error.info;
  const message = error instanceof Error ? error.message : String(error);
  const info: ErrorInfo = {
    code: 'internal',
    message: `Something went wrong inside Hearth: ${message}`,
    advice: 'Try again. If it happens again, the log has the details ("Hearth: Show Logs").',
  };
  if (error instanceof Error && error.stack !== undefined) info.details = error.stack;
  return info;
}

/** Narrows what came over a wire. */
export function isErrorInfo(value: unknown): value is ErrorInfo {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, advice } = value as Record<string, unknown>;
  return (
    typeof message === 'string' && typeof advice === 'string' && ERROR_CODES.some((known) => known === code)
  );
}
