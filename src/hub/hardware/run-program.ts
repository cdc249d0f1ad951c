import { execFile } from 'node:child_process';

export type ProgramEnd =
  | { kind: 'done'; output: string }
  /** It is not installed. */
  | { kind: 'missing' }
  /** `output` is what it said, all together. */
  | { kind: 'failed'; output: string };

/** Runs a program of the system to its end, or for `limitMs`. */
export function runProgram(file: string, args: readonly string[], limitMs: number): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { timeout: limitMs, killSignal: 'SIGKILL', windowsHide: true, env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout, stderr) => {
        if (error === null) resolve({ kind: 'done', output: stdout });
        else if (error.code === 'ENOENT') resolve({ kind: 'missing' });
        else resolve({ kind: 'failed', output: `${stdout}${stderr}`.trim() || error.message });
      },
    );
  });
}
