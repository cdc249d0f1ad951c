/** What a running answer has said so far, on disk, so that it outlives the hub. */
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../storage/atomic-file';

const FLUSH_MS = 200;

interface JournalLine {
  reasoning: string;
  text: string;
}

export class AnswerJournal {
  private reasoning = '';
  private text = '';
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly onError: (error: unknown) => void,
  ) {}

  add(reasoning: string, text: string): void {
    this.reasoning += reasoning;
    this.text += text;
    this.timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Called once the answer itself is on disk. */
  async remove(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    await rm(this.path, { force: true });
  }

  private flush(): void {
    this.timer = undefined;
    const line: JournalLine = { reasoning: this.reasoning, text: this.text };
    this.reasoning = '';
    this.text = '';
    this.writing = this.writing
      .then(() => appendFile(this.path, `${JSON.stringify(line)}\n`, { mode: 0o600 }))
      .catch(this.onError);
  }
}

export function journalPath(folder: string, conversationId: string, answerId: string): string {
  return join(folder, `${conversationId}.${answerId}.journal`);
}

/** Everything that was flushed; a last line that was cut off is left out. */
export async function readJournal(path: string): Promise<JournalLine> {
  const whole: JournalLine = { reasoning: '', text: '' };
  for (const line of ((await readIfThere(path)) ?? '').split('\n')) {
    try {
      const { reasoning, text } = JSON.parse(line) as Partial<JournalLine>;
      whole.reasoning += reasoning ?? '';
      whole.text += text ?? '';
    } catch {
      break; // The line that was being written when the hub died, or the end.
    }
  }
  return whole;
}
