/** The last lines that llama.cpp logged: the reason of a failed load stands nowhere else. */

const KEPT_LINES = 100;

export class NativeLog {
  private readonly lines: string[] = [];
  private added = 0;

  /** `level` as node-llama-cpp names it; informational lines are dropped. */
  add(level: string, message: string): void {
    if (level === 'info' || level === 'log' || level === 'debug') return;
    for (const line of message.split('\n')) {
      if (line.trim() === '') continue;
      this.added += 1;
      this.lines.push(`[${level}] ${line.trimEnd()}`);
      process.stderr.write(`[llama.cpp ${level}] ${line.trimEnd()}\n`);
    }
    this.lines.splice(0, Math.max(0, this.lines.length - KEPT_LINES));
  }

  /** A mark for `since`. */
  get now(): number {
    return this.added;
  }

  /** The kept lines that came after the mark, with their levels. */
  since(mark: number): string[] {
    return mark === this.added ? [] : this.lines.slice(mark - this.added);
  }

  /** All kept lines, oldest first. */
  text(): string {
    return this.lines.join('\n');
  }

  /** The last error line that gives a reason, without its level and function name. */
  lastError(): string | undefined {
    const errors = this.lines.flatMap(
      (line) => /^\[(?:error|fatal)\] (?:\w+: )?(?:error loading model: )?(.*)$/.exec(line)?.[1] ?? [],
    );
    return errors.findLast((line) => !/^failed to load model/.test(line)) ?? errors.at(-1);
  }
}
