/** A problem that a language reported, as a question. */

export interface Problem {
  message: string;
  /** Who reported it: `ts`, `eslint`. */
  source?: string | undefined;
  code?: string | undefined;
  /** From 1. */
  line: number;
}

export function problemText(verb: 'Explain' | 'Fix', problems: readonly Problem[]): string {
  const lines = problems.map(({ message, source, code, line }) => {
    const origin = [source, code].filter((part) => part !== undefined && part !== '').join(' ');
    return `line ${line}: ${message}${origin === '' ? '' : ` (${origin})`}`;
  });
  if (lines.length === 1) return `${verb} this problem in ${lines[0] ?? ''}`;
  return `${verb} these problems:\n${lines.map((line) => `- ${line}`).join('\n')}`;
}
